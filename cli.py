if __name__ == "__main__":  # workers started by a study import this file again
    raise SystemExit(__import__("ccsim.cli.app", fromlist=["main"]).main())
