package drift

import "github.com/lintel-docs/lintel/internal/finding"

// Rules returns the rules of Check, by id.
func Rules() []finding.Rule {
	return []finding.Rule{
		{
			ID: "drift/architecture-moved", Code: "D7", Severity: finding.Warning,
			Summary: "The views show what the change adds to the system, and nothing that it takes out.",
			Why:     "A view that lacks a service or shows a topic that is gone is believed until somebody needs it.",
			Fix: "Make the edits of the finding: an entry in the front matter in the form of its neighbours, its relations, its row and its box, or what takes them out. " +
				"Only kinds are asked for that the views show already: at least half of the DAGs, charts, topics, … beside the new one have an element. " +
				"A project without views is never asked. lintel sad diff tells the same of the whole state.",
			Example: "elements:\n  - {id: topic-refunds, code: [deploy/topics/refunds.yaml]}   # and the file is deleted\n",
		},
		{
			ID: "drift/changed-fact", Code: "D4", Severity: finding.Warning,
			Summary: "A document states no value that the change sets to another: a port, a number of replicas, a schedule, a version, a limit.",
			Why:     "Values in prose are believed long after the code has left them.",
			Fix:     "Write the new value; the finding has the edit, in the form that the document uses (10 minutes for 600 seconds).",
			Example: "The data API has 3 replicas.\n",
		},
		{
			ID: "drift/dead-reference", Code: "D5", Severity: finding.Error,
			Summary: "A document names no path, range of lines, snippet or heading that the change moves or deletes.",
			Why:     "Whoever follows the document finds nothing, and whoever copies a command from it runs into an error.",
			Fix: "Write the new path; where git saw the rename, the finding has the edit, and lintel check --base REV --patch prints all of them. " +
				"Where nothing took the place of what is gone, take the reference out. Paths in code blocks and in plain text are warnings.",
			Example: "See [the loader](../pipelines/load_orders.py).\n",
		},
		{
			ID: "drift/decision-contradicted", Code: "D8", Severity: finding.Warning,
			Summary: "No change replaces what a decision in force decides for: a database, a broker, a framework, a dependency that its title names.",
			Why:     "Readers take a decision that is in force for what is built, and argue from it.",
			Fix: "Record the new decision: the finding has the draft of a record that supersedes the old one, --fix=all writes it, and lintel adr new --supersedes N \"…\" does the same. " +
				"Where the record names code: paths, only what happens in them counts; elsewhere the old choice has to be gone from the whole repository.",
		},
		{
			ID: "drift/decision-touched", Code: "D8", Severity: finding.Info,
			Summary: "A change of code that a decision governs, and that takes away what the decision names or rewrites much of it, comes with a change of a record.",
			Why:     "A decision is overtaken by many small changes more often than by a new decision.",
			Fix:     "Read the record again. If it still holds, nothing is to be done; if not, write one that supersedes it. Name the code that a decision governs with code: in its front matter, as closely as you can.",
		},
		{
			ID: "drift/likely-document", Code: "D6", Severity: finding.Info,
			Summary: "A document that changes like this one usually come with is changed too.",
			Why:     "What people forget is what they usually do. The chance is learned from many repositories and from the past of this one; it is a warning where it is at least 65 % and few enough changes would have had one (drift: budget).",
			Fix:     "Read the section that is named, and change it, or leave it and say why: nothing is wrong until you say so.",
		},
		{
			ID: "drift/policy-changed", Severity: finding.Info,
			Summary: "A change of the settings of checks and reviews is seen.",
			Why:     "What is said of a change follows the settings of its base; else a change could turn off what is said of it.",
			Fix:     "Nothing is to be done. Whoever reviews the change looks at it as at a change of a rule; it counts once it is merged.",
		},
		{
			ID: "drift/undecided-technology", Code: "D8", Severity: finding.Warning,
			Summary: "A database, a broker, a platform service or another technology that is new to the repository comes with a decision.",
			Why:     "It has to be run, paid for and learned from then on; a year later nobody knows why it is there.",
			Fix: "Record why: the finding has the draft of a record, --fix=all writes it. A record or a view that names the technology is enough. " +
				"In repositories without records in force the rule is silent; libraries that only help to write code, tests and examples do not count.",
		},
		{
			ID: "drift/vanished-name", Code: "D3", Severity: finding.Warning,
			Summary: "A document names nothing that the change takes out of all code: identifiers, flags, variables, keys, topics, tables, routes.",
			Why:     "A reader sets a variable that nobody reads, or looks for a table that is gone.",
			Fix: "Write the new name; where the change shows a rename, the finding has the edit. Decision records, proposals, change logs and migration guides are exempt: they tell what was. " +
				"So are lines that say so themselves (removed, deprecated, 폐기).",
			Example: "Set `ORDERS_BATCH_SIZE` to 500.\n",
		},
	}
}
