"""Registers; nothing else."""
