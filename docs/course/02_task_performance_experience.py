# %% [markdown]
# # 2. Task, performance, experience
#
# **Aim**: you can state a learning problem so that another person could judge the result.
# **You need**: lesson 1. **Time**: 20 minutes.
#
# "A program learns from experience E with respect to a task T and a performance measure P, if its
# performance at T, as measured by P, improves with E" (T. M. Mitchell, *Machine Learning*, 1997). Ours:
#
# * **T**: name the structure type of a pattern. Choosing among names is *classification*; predicting a
#   number, such as a diameter, is *regression*.
# * **P**: *balanced accuracy*, the share of right answers in each type, averaged over the types.
# * **E**: simulated patterns whose type is known (*supervised learning*).

# %%
import check
import course_data
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.neighbors import KNeighborsClassifier

plt.style.use("tableau-colorblind10")
patterns = course_data.load()
pd.Series(patterns.types).value_counts().to_frame("patterns").T

# %% [markdown]
# ## Exercise: the performance measure
#
# $$ \text{balanced accuracy} = \frac{1}{K} \sum_{k=1}^{K}
#    \frac{\text{right answers in class } k}{\text{patterns of class } k} $$
#
# Write it for arrays of names. Why not simply the share of all right answers? If 95 of 100 samples are fcc,
# the answer "fcc" is right for 95 % of them, and has learned nothing.


# %% tags=["exercise"]
def balanced_accuracy(y_true, y_pred):
    ...


# %%
balanced_accuracy = check.balanced_accuracy(balanced_accuracy)

# %% [markdown]
# Does performance improve with experience? We let *nearest neighbours* answer: the type of the known
# pattern that is most alike. Beside it stands a **control** that cannot have learned anything: the most
# frequent type.

# %%
train, test = course_data.halves(patterns)
x_train, x_test = course_data.features(train), course_data.features(test)
sizes, scores = [10, 20, 50, 100, 200, len(train.g)], []
for size in sizes:
    rows = np.random.default_rng(1).permutation(len(train.g))[:size]
    model = KNeighborsClassifier(n_neighbors=1)
    model.fit(x_train[rows], train.types[rows])
    scores.append(balanced_accuracy(test.types, model.predict(x_test)))
commonest = pd.Series(train.types).mode()[0]
control = balanced_accuracy(test.types, np.full(len(test.types), commonest))

figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
axes.plot(sizes, scores, "o-", label="nearest neighbour")
axes.axhline(control, linestyle="--", color="0.5", label="always the commonest type")
axes.set(xscale="log", ylim=(0, 1), xlabel="patterns to learn from", ylabel="balanced accuracy")
axes.legend(frameon=False)

# %% [markdown]
# ## Questions
#
# <details><summary>Which T, P and E has a program that predicts the diameter of particles?</summary>
#
# T: a number from a pattern. P: for instance the root mean square error in Å. E: patterns of particles of
# known diameter.
#
# </details>
#
# <details><summary>A score of 0.93: what do you ask?</summary>
#
# Which measure; on which data, and are they independent of those learned from (lesson 3); how uncertain;
# what would a control have reached; was the score used to choose the model (lesson 10).
#
# </details>
#
# ## In the study
#
# Choose the model by another measure, the log loss (lesson 6), and see whether another model wins.
#
# ```diff config/config.yaml
# -    metric: balanced_accuracy     # what cross-validation chooses by
# +    metric: log_loss              # what cross-validation chooses by
# ```
#
# Runs again: the settings and the choice of the models of this task, and what follows; nothing is simulated. Two minutes with
# `make quick`.
