print("orchplan")
