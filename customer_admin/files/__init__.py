"""Reading and writing of tabular files: what a mapping says about them, their rows, and the values in the cells.

Nothing here knows a model or a database of the host; what becomes of the values is the business of operations.
"""
