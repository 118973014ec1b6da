# %% [markdown]
# # 14. What the field does now
#
# **Aim**: you can read a paper on machine learning for PDFs, and know which three questions to ask it.
# **You need**: lessons 3 and 10. **Time**: 20 minutes.
#
# Six papers, one sentence each:
#
# 1. C.-H. Liu et al., *Acta Cryst. A* **75** (2019) 633: a convolutional network, trained on more than 100,000 simulated
#    PDFs, has the space group among its first six answers for 91.9 % of the patterns (45 space groups), and names 12 of 15
#    measured ones.
# 2. P. M. Vecsei et al., *Phys. Rev. B* **99** (2019) 245120: for powder X-ray diffraction, a dense network names the
#    space group of 54 % of measured patterns, and 82 % of those it answers if it may refuse half of them.
# 3. E. T. S. Kjær et al., *Digital Discovery* **2** (2023) 69 (DeepStruc): a variational autoencoder proposes positions
#    of the atoms of small metal particles from their PDF, for seven structure types.
# 4. H. Schopmans et al., *Digital Discovery* **2** (2023) 1414: a network trained on crystals with random coordinates names
#    the space group for 79.9 % of structures whose *type* it never saw, where training on a database of real crystals reaches
#    56.1 %.
# 5. E. T. S. Kjær et al., *Digital Discovery* **3** (2024) 908 (MLstructureMining): a tree-based model names one of 6,062
#    structures, with 99 % of simulated PDFs right among the first three answers.
# 6. P. M. Maffettone et al., *Faraday Discuss.* **255** (2025) 311: structures that differ in what matters can have the
#    same PDF, so one should ask how likely each model is by itself.
#
# ## Three questions to each
#
# <details><summary>What is on both sides of the split?</summary>
#
# 99 % on "patterns not seen during training" may be other simulations of structures that *were* seen. 79.9 % on types
# never seen is a different, and harder, claim. Numbers of different splits cannot be compared. In lesson 3 you measured what
# the difference may be.
#
# </details>
#
# <details><summary>What would a simple model have reached?</summary>
#
# Nearest neighbours, logistic regression, and the commonest class belong into the table.
#
# </details>
#
# <details><summary>How many measured patterns, and what happens with a stranger?</summary>
#
# Twelve of fifteen is 80 %, with a 95 % interval from 52 to 96 % (compute it below). And a classifier that cannot refuse names
# something for a liquid, too.
#
# </details>

# %%
from scipy.stats import binomtest

interval = binomtest(12, 15).proportion_ci(0.95)
print(f"12 of 15: {12 / 15:.0%}, 95 % interval {interval.low:.0%} to {interval.high:.0%}")

# %% [markdown]
# ## A task for the end
#
# Take one of the six and write, on half a page: its T, P and E (lesson 2); its split; its control; what you would measure
# next. Then do it: the whole workflow is one line away from most such experiments.
#
# ```diff config/config.yaml
# -    label: structure_type         # the type as tabulated, whether or not it can be seen
# +    label: space_group            # the type as tabulated, whether or not it can be seen
# ```
#
# Runs again: the models of that task and the report. Some minutes after `make run`.
