package adr

import "github.com/lintel-docs/lintel/internal/finding"

// The ids of the rules.
const (
	RuleDuplicate     = "adr/duplicate-id"
	RuleNumber        = "adr/number-mismatch"
	RuleGap           = "adr/number-gap"
	RuleNoStatus      = "adr/status-missing"
	RuleVocabulary    = "adr/status-vocabulary"
	RuleReplacement   = "adr/replacement-missing"
	RuleOneSided      = "adr/one-sided-link"
	RuleCycle         = "adr/supersession-cycle"
	RulePartial       = "adr/partial-unnamed"
	RuleBody          = "adr/body-changed"
	RuleTransition    = "adr/status-transition"
	RuleDate          = "adr/date-invalid"
	RuleSection       = "adr/section-missing"
	RuleOptions       = "adr/options"
	RuleConsequences  = "adr/consequences"
	RuleDeciders      = "adr/deciders-missing"
	RuleReview        = "adr/review-due"
	RuleStale         = "adr/proposal-stale"
	RuleLink          = "adr/link-broken"
	RuleContradiction = "adr/status-contradiction"
	RuleTitle         = "adr/title-topic"
	RuleUnreadable    = "adr/unreadable"
	RuleFront         = "adr/front-matter"
)

// Rules describes what Check and Read find, in the order of their codes.
func Rules() []finding.Rule {
	const e, w, i = finding.Error, finding.Warning, finding.Info
	return []finding.Rule{
		{
			ID: RuleDuplicate, Code: "A01", Severity: e,
			Summary: "An identifier is unique in its folder, on this branch and on the branch that it will be merged into.",
			Why:     "Git merges two files with the same number without a conflict. From then on \"ADR-12\" means two decisions, and nobody can tell which one a page, a comment or a colleague refers to.",
			Fix:     "Give the newer record the next free number: `lintel adr renumber` changes the file, the title and every reference to it.",
			Example: "docs/adr/0012-use-kafka.md\ndocs/adr/0012-drop-redis.md",
		},
		{
			ID: RuleNumber, Code: "A02", Severity: w,
			Summary: "The number in the title is the number of the file; leading zeros do not count.",
			Why:     "Readers cite the number that they see; tools and links use the file's. Where they differ, one of them leads to another decision.",
			Fix:     "Correct the number in the title. `lintel check --fix` does it.",
			Example: "<!-- 0012-use-kafka.md -->\n# 11. Use Kafka",
		},
		{
			ID: RuleGap, Code: "A03", Severity: i,
			Summary: "The numbers of a folder have no gaps.",
			Why:     "A missing number may be a record that was lost in a merge, or deleted although it had been cited. It may also be policy: then set the rule off.",
			Fix:     "Restore the record, with the status rejected if that is what became of it, or say in its place why it is gone.",
			Example: "0011-use-kafka.md\n0013-drop-redis.md",
		},
		{
			ID: RuleNoStatus, Code: "A04", Severity: w,
			Summary: "A record states its status.",
			Why:     "Without one nobody can tell a decision that holds from an idea that was dropped. Lintel shows it as unknown and never assumes that it was accepted.",
			Fix:     "State it where the other records of the folder do: `lintel adr accept ID` writes it there.",
			Example: "# 12. Use Kafka\n\n## Context",
		},
		{
			ID: RuleVocabulary, Code: "A05", Severity: w,
			Summary: "The status is a word of the vocabulary: draft, proposed, accepted, rejected, deprecated, superseded, their translations, or a word that the project maps to one of them.",
			Why:     "A word that only its author understands cannot be filtered, counted or shown on the board.",
			Fix:     "Use one of the words, or map yours in lintel.yml under `adr.statuses`.",
			Example: "## Status\n\nParked",
		},
		{
			ID: RuleReplacement, Code: "A06", Severity: e,
			Summary: "A superseded record names the record that replaces it, and that record exists.",
			Why:     "A reader who lands on a dead decision needs the one that holds. \"Superseded\" alone sends him searching.",
			Fix:     "Name the replacement: `lintel adr supersede OLD NEW` writes both ends.",
			Example: "## Status\n\nSuperseded",
		},
		{
			ID: RuleOneSided, Code: "A07", Severity: w,
			Summary: "Where one record says that it supersedes another, the other says by what it is superseded, and the other way round.",
			Why:     "Whoever reads the older record alone takes it to be in force.",
			Fix:     "Write the other end. `lintel check --fix` and `lintel adr supersede` do it in the style of the record.",
			Example: "<!-- 0012 -->\nSupersedes [3. Use RabbitMQ](0003-use-rabbitmq.md)\n<!-- 0003 -->\n## Status\n\nAccepted",
		},
		{
			ID: RuleCycle, Code: "A08", Severity: e,
			Summary: "Replacements form no circle, and a chain of them does not end in a rejected record.",
			Why:     "A circle has no decision that holds. A chain that ends in a rejected record says that nothing was decided in place of the old one, which then still holds.",
			Fix:     "Correct the link that points the wrong way, or the status of the record at the end.",
			Example: "0003: Superseded by ADR-0007\n0007: Superseded by ADR-0003",
		},
		{
			ID: RulePartial, Code: "A09", Severity: i,
			Summary: "A partial replacement names the part and the record that replaces it.",
			Why:     "\"Partially superseded\" leaves the reader to guess which half still holds.",
			Fix:     "Keep the status, and add a line such as \"Partially superseded by ADR-0012: the retention time\".",
			Example: "## Status\n\nPartially superseded",
		},
		{
			ID: RuleBody, Code: "A10", Severity: w,
			Summary: "The text of an accepted record does not change by more than a tenth.",
			Why:     "A record is evidence of what was known when it was decided. Rewritten, it says that people decided what they did not. Status, dates, links, spelling and small corrections may change.",
			Fix:     "Write a new record that supersedes this one: `lintel adr new --supersedes ID`.",
			Example: "",
		},
		{
			ID: RuleTransition, Code: "A11", Severity: w,
			Summary: "A status only moves forward: an accepted record does not become a proposal again, a superseded one is not accepted again.",
			Why:     "Others have built on the decision in the meantime. A change of mind is a decision of its own.",
			Fix:     "Restore the status and write a record that supersedes this one.",
			Example: "- Status: proposed   <!-- accepted on the target branch -->",
		},
		{
			ID: RuleDate, Code: "A12", Severity: w,
			Summary: "The date of a record is a date of the calendar that can be read in one way, not in the future, and not long before the record was first committed. Where three or more came to a folder on one day the log was brought in from elsewhere, and its dates stand.",
			Why:     "The timeline, the age of a proposal and the due date of a review come from it. 03/04/2024 is March to some readers and April to others.",
			Fix:     "Write YYYY-MM-DD.",
			Example: "Date: 03/04/2024",
		},
		{
			ID: RuleSection, Code: "A13", Severity: w,
			Summary: "The sections that the format of a record requires exist and are not empty.",
			Why:     "A decision without its context cannot be questioned later, one without its consequences has not been thought through.",
			Fix:     "Fill in the section, or say in one line why it does not apply.",
			Example: "# 12. Use Kafka\n\n## Status\n\nAccepted\n\n## Decision\n\nWe use Kafka.",
		},
		{
			ID: RuleOptions, Code: "A14", Severity: w,
			Summary: "At least two options were considered, and the chosen one is among them.",
			Why:     "One option is no decision. An option that appears only in the outcome was never compared.",
			Fix:     "List what else was possible, doing nothing included, and name the chosen option as in the list.",
			Example: "## Considered Options\n\n* Kafka\n\n## Decision Outcome\n\nChosen option: \"Pulsar\"",
		},
		{
			ID: RuleConsequences, Code: "A15", Severity: i,
			Summary: "Good and bad consequences are both named.",
			Why:     "Every decision costs something. A record that names only gains has not looked, and the next team finds the cost by surprise.",
			Fix:     "Add what becomes harder, dearer or riskier.",
			Example: "### Consequences\n\n* Good, because messages are kept",
		},
		{
			ID: RuleDeciders, Code: "A16", Severity: i,
			Summary: "An accepted record names those who decided, where the records of the folder do.",
			Why:     "Someone will want to ask.",
			Fix:     "Add the names, or the team.",
			Example: "",
		},
		{
			ID: RuleReview, Code: "A17", Severity: w,
			Summary: "The date by which a decision has to be looked at again has not passed.",
			Why:     "A provisional decision that nobody revisits becomes permanent by accident.",
			Fix:     "Look at it again: confirm it with a new date, or supersede it. `lintel adr review` lists what is due.",
			Example: "---\nreview_by: 2024-01-31\n---",
		},
		{
			ID: RuleStale, Code: "A18", Severity: i,
			Summary: "A proposal is decided within 90 days.",
			Why:     "People act on proposals that are never decided, each as he understood them.",
			Fix:     "Accept or reject it: `lintel adr accept ID`, `lintel adr reject ID`.",
			Example: "",
		},
		{
			ID: RuleLink, Code: "A19", Severity: e,
			Summary: "What a record refers to exists: records, pages and the paths of code that it governs.",
			Why:     "A reference that leads nowhere was right once. Where it led is then only in the heads of those who were there.",
			Fix:     "Correct the path or the number; where the target is gone on purpose, say so in words.",
			Example: "Amends [ADR-0003](0003-renamed.md)",
		},
		{
			ID: RuleContradiction, Code: "A20", Severity: w,
			Summary: "A status that is stated twice has one value.",
			Why:     "Tools read the front matter, people the heading. One of them is misled.",
			Fix:     "Set both. `lintel adr accept` and its like change every place at once.",
			Example: "---\nstatus: accepted\n---\n\n## Status\n\nProposed",
		},
		{
			ID: RuleTitle, Code: "A21", Severity: i,
			Summary: "The title says what was decided, not what it was about.",
			Why:     "The list of titles is what most people read of a decision log. \"About the cache\" tells them nothing; \"Write to the cache after the commit\" may be all they need.",
			Fix:     "Put the decision into a sentence with a verb.",
			Example: "# 12. About the cache",
		},
		{
			ID: RuleFront, Severity: w,
			Summary: "The front matter of a record is valid YAML.",
			Why:     "Its fields cannot be read; only lines that are plain enough are.",
			Fix:     "Mend the line that is named; quote values that have a colon or a bracket.",
			Example: "---\nstatus: superseded: yes\n---",
		},
		{
			ID: RuleUnreadable, Severity: w,
			Summary: "A file in a folder of records can be read.",
			Why:     "A record that cannot be read is missing from the log, and nobody notices.",
			Fix:     "Mend its permissions, or the link that leads out of the tree, or split what is larger than 4 MB.",
			Example: "",
		},
	}
}
