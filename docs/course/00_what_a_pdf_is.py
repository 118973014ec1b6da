# %% [markdown]
# # 0. What a pair distribution function is
#
# **Aim**: you can say what the peaks of G(r) mean, and what makes them broad, damped or rippled.
# **You need**: what a crystal is; a little NumPy. **Time**: 30 minutes.
#
# Choose one atom of a sample and write down the distance to every other atom. Do so for each atom, and
# count how often each distance occurs. That is the *pair distribution function* (PDF). X-rays or neutrons
# measure it: the scattered intensity as a function of the momentum transfer $Q$ is, after corrections, the
# structure function $S(Q)$, and its Fourier transform is
#
# $$ G(r) = \frac{2}{\pi} \int_{Q_\mathrm{min}}^{Q_\mathrm{max}} Q \, [S(Q) - 1] \sin(Qr) \, dQ
#    = 4 \pi r \, [\rho(r) - \rho_0] $$
#
# Here $\rho(r)$ is the mean density of atoms at the distance $r$ from an atom, and $\rho_0$ is the mean
# density of the whole sample (T. Egami and S. J. L. Billinge, *Underneath the Bragg Peaks*, 2003, chapter 3).
# So G(r) is positive where there are more atoms than on average, and negative where there are fewer.

# %%
import matplotlib.pyplot as plt
import numpy as np
import check

from pdflearn.simulation.simulator import PDFSimulator
from pdflearn.structures.structure import make_structure

plt.style.use("tableau-colorblind10")

a = 3.524  # lattice constant of nickel, angstrom
sites = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)])
nickel = make_structure((a, a, a, 90, 90, 90), ["Ni"] * 4, sites)
simulator = PDFSimulator(nickel, r_max=30.0)
r, g = simulator.pdf(q_max=25.0, q_damp=0.03, u_iso=0.006, r_min=1.0, r_max=20.0)

figure, axes = plt.subplots(figsize=(7, 3), layout="constrained")
axes.axhline(0, color="0.8", linewidth=0.8)
axes.plot(r, g, linewidth=1)
axes.set(xlabel="r (Å)", ylabel="G(r) (Å$^{-2}$)", title="Nickel, simulated")

# %% [markdown]
# ## Exercise: the distances themselves
#
# Write a function that takes positions of atoms (one row each, x, y, z in Å) and returns the distance of
# each pair, once, the shortest first. For three atoms at the corners of a right triangle it should return
# 3, 4 and 5.


# %% tags=["exercise"]
def pair_distances(positions):
    ...


# %%
pair_distances = check.pair_distances(pair_distances)

# %% [markdown]
# Now we count the distances in a block of nickel, and lay the count under the simulated curve.

# %%
corners = np.stack(np.meshgrid(*[np.arange(6)] * 3), axis=-1).reshape(-1, 3)
block = a * (corners[:, None, :] + sites[None, :, :]).reshape(-1, 3)
distances = pair_distances(block)

figure, axes = plt.subplots(figsize=(7, 3), layout="constrained")
near = r < 9
axes.plot(r[near], g[near] / g[near].max(), linewidth=1, label="G(r), simulated")
counts, edges = np.histogram(distances, bins=np.arange(1, 9, 0.05))
axes.bar(edges[:-1], counts / counts.max(), 0.05, align="edge", alpha=0.5, label="pairs, counted")
axes.set(xlabel="r (Å)", ylabel="each over its maximum")
axes.legend(frameon=False)

# %% [markdown]
# The peaks stand where the pairs are. The nearest neighbours of fcc are at $a/\sqrt{2}$ = 2.49 Å, the next
# at $a$ = 3.52 Å.
#
# ## What the experiment and the sample do to it
#
# | quantity | what it is | what it does to G(r) |
# |---|---|---|
# | $Q_\mathrm{max}$ (1/Å) | how far the experiment measured | peaks of width about $\pi / Q_\mathrm{max}$, with ripples beside them |
# | $U_\mathrm{iso}$ (Å²) | how much atoms vibrate: their mean squared displacement | broad peaks |
# | diameter (Å) | size of the particles | G(r) ends there |
# | $Q_\mathrm{damp}$ (1/Å) | resolution of the detector | G(r) fades as $\exp(-(Q_\mathrm{damp} r)^2 / 2)$ |
#
# Turn one at a time.

# %%
usual = {"q_max": 25.0, "u_iso": 0.006, "diameter": None, "q_damp": 0.01}
turned = {
    "q_max": ([12.0, 25.0, 40.0], "$Q_\\mathrm{max}$ = %g Å$^{-1}$", (1.5, 8)),
    "u_iso": ([0.003, 0.01, 0.03], "$U_\\mathrm{iso}$ = %g Å$^2$", (1.5, 8)),
    "diameter": ([15.0, 30.0, 100.0], "diameter %g Å", (1.5, 28)),
    "q_damp": ([0.01, 0.04, 0.08], "$Q_\\mathrm{damp}$ = %g Å$^{-1}$", (1.5, 28)),
}
figure, grid = plt.subplots(2, 2, figsize=(9, 6), layout="constrained")
for axes, (name, (values, label, limits)) in zip(grid.flat, turned.items(), strict=True):
    for k, value in enumerate(values):
        r, g = simulator.pdf(**{**usual, name: value}, r_min=1.5, r_max=28.0)
        axes.plot(r, g - 12 * k, linewidth=0.8, label=label % value)
    axes.set(xlim=limits, xlabel="r (Å)", ylabel="G(r) (Å$^{-2}$), shifted")
    axes.legend(frameon=False, fontsize=8)

# %% [markdown]
# ## Questions
#
# <details><summary>Two samples have the same G(r). Are they the same crystal?</summary>
#
# Not surely. G(r) holds distances and how strongly their atoms scatter, no directions. A stretched copy of
# fcc nickel looks like fcc copper; to X-rays, NaCl with two equal scatterers would look like a simple cubic
# crystal.
#
# </details>
#
# <details><summary>Why does G(r) of a powder of 30 Å particles end at 30 Å?</summary>
#
# No two atoms of one particle are farther apart, and different particles are turned at random to each other.
#
# </details>
#
# <details><summary>Where do the small ripples beside each peak come from?</summary>
#
# The Fourier integral is cut off at $Q_\mathrm{max}$. A sharp end in $Q$ is a wave in $r$, of the wavelength
# $2\pi / Q_\mathrm{max}$. They are no atoms.
#
# </details>
#
# ## In the study
#
# The workflow simulates each structure several times, each time with another instrument and temperature.
# To see what more draws are worth, change one line of `config/quick.yaml` and type `make quick` again:
#
# ```diff config/quick.yaml
# -  draws: {xray: 2, neutron: 1}
# +  draws: {xray: 4, neutron: 1}
# ```
#
# Runs again: the simulation and everything after it, about three minutes.
