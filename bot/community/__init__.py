"""Who lives in the groups: stays, figures, order, answers, lessons and what is known of people."""
