"""Pictures for people, drawn by matplotlib: who held which uid, what epochs gave, weights, bonds, consensus, prices."""
