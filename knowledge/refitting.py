"""Fits again those weights of several lists that were kept: they take over what the others said."""

from dataclasses import dataclass
from typing import Any

ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Again:
    """Messages of several kinds, and what the kinds weigh.

    ``seen`` has a row for each message and a column for each word, ``truth`` numbers the kinds,
    ``worth`` is how much a message counts; ``strength`` is how much all is believed, the C of
    scikit-learn's logistic regression, whose loss this is.
    """

    seen: Any
    truth: Any
    worth: Any
    strength: float

    def fit(self, table: Any, bias: Any) -> tuple[Any, Any]:
        """Start from these weights, a row for each kind, and leave at 0 those that are 0."""
        import numpy as np  # noqa: PLC0415 - an extra
        from scipy.optimize import minimize  # noqa: PLC0415

        kinds, used = len(table), np.flatnonzero(table.any(axis=0))
        kept = np.nonzero(table[:, used])

        def spread(values: Any) -> tuple[Any, Any]:
            weights = np.zeros((kinds, len(used)))
            weights[kept] = values[kinds:]
            return weights, values[:kinds]

        def loss(values: Any) -> tuple[float, Any]:
            weights, biases = spread(values)
            lost, wrong = self._lost(columns @ weights.T + biases)
            slope = (columns.T @ wrong).T[kept] + weights[kept] / self.strength
            total = lost + float((weights**2).sum()) / 2 / self.strength
            return total, np.concatenate([wrong.sum(axis=0), slope])

        columns = self.seen[:, used]
        began = np.concatenate([bias, table[:, used][kept]])
        found = minimize(loss, began, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS})
        fitted = np.zeros_like(table)
        fitted[:, used], biases = spread(found.x)
        return fitted, biases

    def _lost(self, margins: Any) -> tuple[float, Any]:
        """Say what is lost where messages weigh so much in each kind, and how to lose less."""
        import numpy as np  # noqa: PLC0415
        from scipy.special import log_softmax  # noqa: PLC0415

        each = np.arange(len(self.truth))
        logs = log_softmax(margins, axis=1)
        wrong = np.exp(logs)
        wrong[each, self.truth] -= 1
        return -float(self.worth @ logs[each, self.truth]), wrong * self.worth[:, None]
