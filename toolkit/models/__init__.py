"""Models of the field: arrays and frames in, estimates with their uncertainty out."""
