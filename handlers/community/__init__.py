"""Life in the groups: joining, answers, order, training, and knowing one's people."""
