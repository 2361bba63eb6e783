"""Pictures drawn by matplotlib: who held which uid, results of epochs, weights, bonds, consensus, prices."""
