"""Other shapes of the same data: tables, JSON-LD under a published context, RDF 1.2.

Each module turns what it is given into bytes or triples; the workers' jobs and the command line call them.
"""
