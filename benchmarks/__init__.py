"""Measurements of PCC Desk against the best known way on the same machine in the same run."""
