"""The figures of the funnel: its steps, their times, its weeks and its breakdowns."""
