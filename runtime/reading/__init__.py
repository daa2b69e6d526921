"""Reading facts: from files of every kind to checked answers."""
