"""The parts of a standard in the IR: indicators, levels, tiers, vetoes, requirements, derived facts."""
