"""Other people's data sets beside the graph: fetched, mapped to triples, described, each in a named graph of its own.

    sources → tabular → csvw → catalogue

Data are fetched where the command runs; nothing of anybody's comes with this package.
"""
