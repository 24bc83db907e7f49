# SPDX-License-Identifier: MIT
# awk -v command=NAME -f page.awk options.scd PAGE: puts the options of a command in place of
# the line "@OPTIONS@". In options.scd a line "@ COMMAND...: VARIABLE..." begins an option: the
# commands that have it, and the variables that stand for it.

function finish()
{
	if (text == "")
		return
	if (heading != "")
		options = options heading "\n\n"
	heading = ""
	sub(/\n+$/, "\n", text)
	options = options text
	if (variables != "")
		options = options "\tEnvironment: " variables ".\n"
	options = options "\n"
	text = variables = ""
}

FNR == NR && /^## / {
	finish()
	wanted = 0
	heading = $0
	next
}

FNR == NR && /^@ / {
	finish()
	split(substr($0, 3), parts, ":")
	wanted = index(" " parts[1] " ", " " command " ")
	variables = wanted ? parts[2] : ""
	sub(/^ +/, "", variables)
	next
}

FNR == NR {
	if (wanted)
		text = text $0 "\n"
	next
}

FNR == 1 {
	finish()
}

/^@OPTIONS@$/ {
	printf "%s", options
	next
}

{
	print
}
