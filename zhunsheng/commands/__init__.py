"""The subcommands, a module a concern. ``zhunsheng.cli`` lists them and imports the one that is asked for."""
