# %% [markdown]
# # 12. Calibration, and "none of these"
#
# **Aim**: you can tell whether stated probabilities are true, and let a model refuse.
# **You need**: lessons 6, 7 and 10. **Time**: 35 minutes.
#
# A model says "rutile, 90 %". Of all answers with 90 %, nine in ten should be right; then it is *calibrated*. Networks
# that learned for long are mostly too sure (C. Guo et al., 2017). The simplest cure is one number, the *temperature* T:
#
# $$ p_k = \frac{e^{s_k / T}}{\sum_j e^{s_j / T}} $$

# %%
import check
import course_data
import matplotlib.pyplot as plt
import numpy as np

from pdflearn.models.mlp import MLPClassifier

plt.style.use("tableau-colorblind10")

# %% [markdown]
# ## Exercise: softmax at a temperature


# %% tags=["exercise"]
def probabilities_at(score, temperature):
    ...


# %%
probabilities_at = check.probabilities_at(probabilities_at)

# %%
patterns = course_data.load()
train, rest = course_data.halves(patterns, share=0.5)
tune, test = course_data.halves(rest, share=0.5, seed=1)
model = MLPClassifier(hidden_layer_sizes=(64,), max_iter=100, random_state=0)
model.fit(course_data.features(train), train.types)


def scores_of(part):
    p = model.predict_proba(course_data.features(part))
    return np.log(np.maximum(p, 1e-30))


def log_loss(part, temperature):
    p = probabilities_at(scores_of(part), temperature)
    return -np.log(
        np.maximum(p[np.arange(len(p)), np.searchsorted(model.classes_, part.types)], 1e-12)
    ).mean()


temperatures = np.geomspace(0.3, 10, 40)
best = temperatures[np.argmin([log_loss(tune, t) for t in temperatures])]
print(
    f"temperature {best:.2f}; log loss of the test {log_loss(test, 1.0):.3f} before, {log_loss(test, best):.3f} after"
)

figure, axes = plt.subplots(figsize=(4.5, 4), layout="constrained")
axes.plot([0, 1], [0, 1], color="0.7")
edges = np.array([0, 0.5, 0.7, 0.85, 0.95, 0.99, 1.0001])
for temperature, marker in ((1.0, "o-"), (best, "s-")):
    p = probabilities_at(scores_of(test), temperature)
    sure, right = p.max(axis=1), model.classes_[p.argmax(axis=1)] == test.types
    bins = np.digitize(sure, edges) - 1
    filled = [k for k in range(len(edges) - 1) if (bins == k).sum() >= 5]
    axes.plot(
        [sure[bins == k].mean() for k in filled], [right[bins == k].mean() for k in filled],
        marker, label=f"T = {temperature:.2f}",
    )  # fmt: skip
axes.set(xlabel="probability of the answer", ylabel="share of right answers", aspect="equal")
axes.legend(frameon=False)

# %% [markdown]
# ## None of these
#
# A model of twelve types will answer one of the twelve, whatever it is shown. Here are patterns of types that it never
# saw. A simple sign is the largest probability: is it lower than for known types? The *ROC curve* shows for each threshold
# how many of the strangers are noticed and how many known ones are refused by mistake; the area under it (*AUROC*) is
# 1 if the sign is perfect and 0.5 if it is worthless.

# %%
strangers = course_data.load(known=False)
sign_known = 1 - probabilities_at(scores_of(test), best).max(axis=1)
sign_strange = 1 - probabilities_at(scores_of(strangers), best).max(axis=1)
thresholds = np.sort(np.concatenate([sign_known, sign_strange, [-1.0, 2.0]]))[::-1]
noticed = [(sign_strange >= t).mean() for t in thresholds]
mistaken = [(sign_known >= t).mean() for t in thresholds]
area = np.trapezoid(noticed, mistaken)
figure, axes = plt.subplots(figsize=(4.5, 4), layout="constrained")
axes.plot([0, 1], [0, 1], color="0.7")
axes.plot(mistaken, noticed)
axes.set(xlabel="known types refused", ylabel="unknown types noticed", aspect="equal")
axes.set_title(f"area {area:.2f}")

# %% [markdown]
# It helps, but it is far from perfect: a network can be sure about what it has never seen. So pdflearn does not rest a
# verdict on a probability. It *refines* the likely structures against the curve; a wrong one leaves a large misfit (next
# lesson).
#
# ## Questions
#
# <details><summary>Does the temperature change which answer is given?</summary>
#
# No. All scores are divided by one number, and the largest stays the largest.
#
# </details>
#
# <details><summary>Why is the temperature not found on the training data?</summary>
#
# There the network is right nearly always, so being very sure seems right.
#
# </details>
#
# ## In the study
#
# The report shows both figures (*calibration*, and *novelty* in the audit). Leave types out in more folds:
#
# ```diff config/quick.yaml
# -  novelty: {hypothetical: 0, folds: 2}
# +  novelty: {hypothetical: 0, folds: 4}
# ```
#
# Runs again: `novelty`, its figure, the report. A minute.
