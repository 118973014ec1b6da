# %% [markdown]
# # 7. The multilayer perceptron; under- and overfitting
#
# **Aim**: you know what a hidden layer is, and can see when a model is too small or too large.
# **You need**: lesson 6. **Time**: 35 minutes.
#
# A plane cannot part everything. A *multilayer perceptron* (MLP) first computes features of its own, the
# *hidden units*, and then puts a plane through these:
#
# $$ h = \max(0, \, x W_1 + b_1), \qquad p = \mathrm{softmax}(h W_2 + b_2) $$
#
# The bend at zero (*relu*) matters. Without it, two layers would be no more than one.

# %%
import check
import course_data
import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import balanced_accuracy_score

from pdflearn.models.mlp import MLPClassifier

plt.style.use("tableau-colorblind10")

# %% [markdown]
# ## Exercise: the forward pass
#
# `X` has one row a sample. Return one row of probabilities a sample. Scores may be large: subtract the largest of
# each row before `np.exp`.


# %% tags=["exercise"]
def forward(X, W1, b1, W2, b2):
    ...


# %%
forward = check.forward(forward)

# %% [markdown]
# Your function computes what pdflearn's network computes:

# %%
patterns = course_data.load()
train, test = course_data.halves(patterns)
x_train, x_test = course_data.features(train), course_data.features(test)
model = MLPClassifier(hidden_layer_sizes=(32,), max_iter=30, random_state=0).fit(
    x_train, train.types
)
(W1, W2), (b1, b2) = model.coefs_, model.intercepts_
difference = np.abs(forward(x_test, W1, b1, W2, b2) - model.predict_proba(x_test)).max()
print(f"largest difference of a probability: {difference:.1e}")
print("balanced accuracy", round(balanced_accuracy_score(test.types, model.predict(x_test)), 3))

# %% [markdown]
# ## Capacity
#
# How complicated a rule a model can learn is its *capacity*; here it grows with the number of hidden units.
# With too little, it cannot even follow the training data (*underfitting*). With enough, it follows their noise
# as well (*overfitting*): training goes on to improve and validation does not.

# %%
units, training, validation = [1, 2, 4, 8, 32, 128], [], []
for n in units:
    model = MLPClassifier(hidden_layer_sizes=(n,), max_iter=60, random_state=0)
    model.fit(x_train, train.types)
    training.append(1 - balanced_accuracy_score(train.types, model.predict(x_train)))
    validation.append(1 - balanced_accuracy_score(test.types, model.predict(x_test)))
figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
axes.plot(units, training, "o-", label="training")
axes.plot(units, validation, "s-", label="validation")
axes.set(xscale="log", xlabel="hidden units", ylabel="1 − balanced accuracy", ylim=(0, None))
axes.legend(frameon=False)

# %% [markdown]
# What the hidden units look for can be drawn: their weights. For the figure they are learned with a strong penalty on large
# weights, so that only what the data ask for is left of the random start.

# %%
model = MLPClassifier(hidden_layer_sizes=(16,), alpha=5.0, max_iter=150, random_state=0)
W1 = model.fit(x_train, train.types).coefs_[0]
figure, axes = plt.subplots(figsize=(7, 3.5), layout="constrained")
strongest = np.argsort(-np.abs(W1).sum(axis=0))[:4]
for k, unit in enumerate(strongest):
    axes.plot(course_data.feature_axis(train), W1[:, unit] / np.abs(W1[:, unit]).max() - 2 * k, linewidth=0.8)
axes.set(
    xlabel="r over the position of the first peak",
    ylabel="weight over the largest, shifted",
    title="Four hidden units",
)

# %% [markdown]
# ## Questions
#
# <details><summary>Training error 0, validation error 0.2. What helps?</summary>
#
# More data; data made from those there are (*augmentation*: stretched, noisier, cut off); fewer units; a
# penalty on the weights; an earlier end of training.
#
# </details>
#
# <details><summary>Training error 0.4, validation error 0.4?</summary>
#
# Underfitting: a larger model, better features, longer training. More data will not help.
#
# </details>
#
# ## In the study
#
# Twice as many hidden units for the network of `make quick`:
#
# ```diff config/quick.yaml
# -      hidden_layer_sizes: [128]
# +      hidden_layer_sizes: [256]
# ```
#
# Runs again: `mlp`, the average that holds it, the choice of a model and the verdicts on measured files. A minute.
