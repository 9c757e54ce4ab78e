"""The model pipeline, as a library that knows no storage and no queue.

``convert.convert`` does all of it; ``errors.ModelError`` is what it raises for a model that can't be used.
Each process imports the parts that it needs: all of them together take 0.3 s of CPU to load.
"""
