from kapsim.trial import Protocol, load_protocol

protocol = load_protocol("docs/examples/my-trial.yaml")
for arm in protocol.arms:
    print(arm.name, "doses at", arm.dose_times_h, "h, sessions at", arm.session_times_h)

longer = protocol.model_dump(mode="json", exclude_unset=True)
longer["visits"].append({"at": "day 85", "scales": ["MADRS"]})
print([visit.name for visit in Protocol.model_validate(longer).visits])
