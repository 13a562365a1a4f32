"""``bihuan bench``: how fast, as ratios to what users have today.

    company    heat maps of the demo company, beside one SQL statement and a spreadsheet
    metrics    figures over millions of facts, beside DuckDB, PostgreSQL and Polars
    rules      a morning of rules over people and facts, beside plain SQL of their figures
    load       lists and heat maps of a large company, some at a time, for ten minutes
    growth     the same pages alone, on companies with more and more facts
    board      the goal board on ten thousand people, beside stored amounts and a workbook

Ratios hold on any machine; seconds are those of this one.
"""
