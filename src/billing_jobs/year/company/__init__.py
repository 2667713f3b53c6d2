"""The company of a simulated year: who its customers are and what they do, drawn from a seed, written as files."""
