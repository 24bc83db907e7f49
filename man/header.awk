# SPDX-License-Identifier: MIT
# awk -f header.awk HEADER: turns a public header into a manual page for scdoc. A comment that
# stands alone becomes text, code and what is in it a literal block. The page is named like
# the header; that of scanreq.h is libscanreq.

function escape(text)
{
	gsub(/[\\_*`<[#~|]/, "\\\\&", text)
	gsub(/^[-.+]/, "\\\\&", text)
	return text
}

# Blocks are set apart by one empty line.
function open_block(kind)
{
	if (block == kind)
		return
	close_block()
	if (kind != "")
		printf "\n%s", kind == "code" ? "```\n" : ""
	block = kind
}

function close_block()
{
	if (block == "code")
		printf "%s\n```\n", held
	held = ""
	block = ""
	empty = 0
}

function code(line)
{
	gsub(/\t/, "    ", line)
	gsub(/\\/, "&&", line)
	open_block("code")
	if (held != "")
		print held
	if (empty)
		print ""
	empty = 0
	held = line
}

# One line of a comment without its frame. A line that begins with a tab is code.
function comment(line)
{
	if (line == "")
		close_block()
	else if (line ~ /^\t/)
		code(substr(line, 2))
	else {
		open_block("text")
		print escape(line)
	}
}

function title(line)
{
	sub(/^scanreq: /, "", line)
	sub(/[.:,] .*|[.:]$/, "", line)
	line = tolower(substr(line, 1, 1)) substr(line, 2)
	name = FILENAME
	sub(/.*\//, "", name)
	base = name
	sub(/\.h$/, "", name)
	name = name == "scanreq" ? "libscanreq" : "scanreq-" name
	printf "%s(3)\n\n# NAME\n\n%s - %s\n\n# SYNOPSIS\n\n```\n", name, name, escape(line)
	printf "#include <scanreq/%s>\n\ncc FILE.c $(pkg-config --cflags --libs scanreq)\n```\n", base
	print "\n# DESCRIPTION"
}

# Only a frame of the header, nothing for its reader.
/^#(if|ifdef|ifndef|endif|else|include)|^extern "C"|SPDX-License-Identifier/ {
	skipping = /^#if defined\(__GNUC__\)|^#ifdef __cplusplus/ ? 1 : /^#endif/ ? 0 : skipping
	next
}

skipping || /^#define SCANREQ_([A-Z]*_)?H$/ {
	next
}

/^\/\*.*\*\/$/ {
	close_block()
	line = $0
	gsub(/^\/\* *| *\*\/$/, "", line)
	if (!named++)
		title(line)
	comment(line)
	close_block()
	next
}

/^\/\*/ {
	close_block()
	inside = 1
	next
}

/^ \*\/$/ {
	close_block()
	inside = 0
	next
}

inside {
	line = $0
	sub(/^ \*/, "", line)
	sub(/^ /, "", line)
	if (!named++)
		title(line)
	comment(line)
	next
}

/^$/ {
	empty = block == "code"
	next
}

{
	gsub(/SCANREQ_API /, "")
	if (/^[ \t]*SCANREQ_MUST_CHECK;$/) {
		held = held ";"
		next
	}
	sub(/ SCANREQ_MUST_CHECK;$/, ";")
	code($0)
}

END {
	close_block()
	print "\n# SEE ALSO\n"
	if (name != "libscanreq")
		print "*libscanreq*(3), *scanreq-error*(3)"
	else
		print "*scanreq-client*(3), *scanreq-doctor*(3), *scanreq-error*(3), " \
		      "*scanreq-image*(3), *scanreq-reference*(3), *scanreq-request*(3), " \
		      "*scanreq-submit*(3), *scanreq-task*(3), *scanreq*(1)"
}
