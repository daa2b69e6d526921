"""What a scored standard needs at run time: values, facts, results and their renderings.

Generated code imports nothing of ours but this package's :mod:`zhunsheng.runtime.support`.
"""
