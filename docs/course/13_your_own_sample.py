# %% [markdown]
# # 13. Your own sample
#
# **Aim**: you can go from a measured file to a refined structure, and say how sure you are.
# **You need**: lesson 0. **Time**: 35 minutes.
#
# Put your file in the place of ours. Ours is nickel, measured with X-rays, from the examples of the package diffpy.cmi (BSD
# licence); it is fetched from the package index. Without a network the lesson takes a simulated one and says so.

# %%
import check
import course_data
import matplotlib.pyplot as plt
import numpy as np

from pdflearn.measured.observation import observe
from pdflearn.measured.reader import read_pdf
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.refinement import refine
from pdflearn.structures.structure import make_structure

plt.style.use("tableau-colorblind10")
file = course_data.measured_nickel()
print(file)

# %% [markdown]
# ## Look at it first
#
# What is the unit of r? Where does it end? Is there a wave below the first peak that cannot be atoms?

# %%
pattern = read_pdf(file)
observation = observe(pattern, {}, "xray")
print(
    f"{len(pattern.r)} points from {pattern.r[0]:.2f} to {pattern.r[-1]:.1f} Å, header {pattern.header}"
)
print(
    f"fitted from {observation.r[0]:.2f} to {observation.r[-1]:.1f} Å, q_max {observation.q_max:.1f} 1/Å:"
)
print(f"{observation.independent:.0f} independent values")
figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
axes.plot(pattern.r, pattern.g, linewidth=0.7)
axes.set(xlim=(0, 30), xlabel="r (Å)", ylabel="G(r) (Å$^{-2}$)")

# %% [markdown]
# ## Exercise: how good is a fit?
#
# $$ R_w = \sqrt{ \frac{\sum_i (G_i^\mathrm{measured} - G_i^\mathrm{calculated})^2}{\sum_i (G_i^\mathrm{measured})^2} } $$


# %% tags=["exercise"]
def rw(measured, calculated):
    ...


# %%
rw = check.rw(rw)

# %% [markdown]
# ## Refine
#
# *Refinement* changes the parameters of a structure (lattice constant, U, size, ...) until the calculated curve is
# closest to the measured one: least squares again (lesson 5), but the curve is not linear in its parameters, so it goes
# step by step (K. Levenberg, 1944; D. Marquardt, 1963), with derivatives (lesson 8). We try three types.

# %%
fcc = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
candidates = {
    "fcc": (3.5, fcc),
    "bcc": (2.8, [(0, 0, 0), (0.5, 0.5, 0.5)]),
    "sc": (2.5, [(0, 0, 0)]),
}
fits = {}
for name, (a, sites) in candidates.items():
    structure = make_structure((a, a, a, 90, 90, 90), ["Ni"] * len(sites), np.array(sites, float))
    fits[name] = refine(observation, [Phase(structure, crystal_system="cubic", name=name)])
    yours = rw(fits[name].g, fits[name].calculated)
    print(
        f"{name}: Rw {fits[name].rw:.3f} (by your function {yours:.3f}), a {fits[name].parameters['a'].value:.4f} Å"
    )

figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
for k, (name, fit) in enumerate(fits.items()):
    low = -k * 9 * fit.g.std()
    axes.plot(fit.r, fit.g + low, ".", markersize=2, color="0.5")
    axes.plot(fit.r, fit.calculated + low, linewidth=0.9, label=f"{name}, Rw {fit.rw:.2f}")
axes.set(xlabel="r (Å)", ylabel="G(r), measured scale, shifted", yticks=[])
axes.legend(frameon=False, loc="upper right")

# %% [markdown]
# ## What would go into a paper

# %%
for parameter in fits["fcc"].parameters.values():
    print(parameter)

# %% [markdown]
# Nickel's lattice constant at room temperature is 3.524 Å (facts like this one are your check). An Rw of 0.1 is usual
# for a good powder; 0 is never reached, since no sample and no correction is perfect.
#
# ## Questions
#
# <details><summary>fcc has Rw 0.10, an ordered child of it 0.09. Is the child right?</summary>
#
# It has more free parameters, and more parameters always fit a little better. Ask whether the gain is larger than so many
# parameters would bring by chance, and whether a parameter sits at its limit.
#
# </details>
#
# <details><summary>The standard error of a is 0.0002 Å. Is a that sure?</summary>
#
# Only if the errors of the points are independent and the model is right. Errors common to all points, such as the
# distance of the detector, are not in it: a calibrant measured under the same conditions shows them.
#
# </details>
#
# ## In the study
#
# Put your files into `resources/measured/` and type `make quick`, or ask about one file at once:
# `make identify FILES="my.gr"`. To list more types for each file, change one line:
#
# ```diff config/config.yaml
# -  top_n: 5                        # types listed for each file
# +  top_n: 10                       # types listed for each file
# ```
#
# Runs again: `identify_measured`, which knows its fits already, and the report. A quarter of a minute.
