# SPDX-License-Identifier: MIT
# Turns docs/troubleshooting.md into the rows of a C table: { name, summary, text }. A section
# "## Exit status N: SUMMARY" is a row named N, and "### CODE" one whose first line is the summary.

function quoted(text)
{
	gsub(/`/, "", text)
	gsub(/\\/, "\\\\", text)
	gsub(/"/, "\\\"", text)
	return "\"" text "\""
}

function finish()
{
	if (name != "")
		printf "\t{ %s, %s,%s },\n", quoted(name), quoted(summary), \
		       text == "" ? " \"\"" : text
	name = summary = text = ""
	blank = 0
}

/^## Exit status [0-9]/ {
	finish()
	name = $4
	sub(/:$/, "", name)
	summary = $0
	sub(/^[^:]*: /, "", summary)
	next
}

/^## / {
	finish()
	next
}

/^### / {
	finish()
	name = $2
	next
}

name == "" {
	next
}

# Blank lines count between others only.
/^$/ {
	blank = text != ""
	next
}

summary == "" {
	summary = $0
	next
}

{
	text = text "\n\t  " (blank ? "\"\\n\" " : "") quoted($0) " \"\\n\""
	blank = 0
}

END {
	finish()
}
