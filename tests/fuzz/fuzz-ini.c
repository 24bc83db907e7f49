/* SPDX-License-Identifier: MIT */
/* Every key that is read is in a section, has a value, and is found by its name. */
#include <string.h>

#include "base/buf.h"
#include "base/ini.h"
#include "base/limits.h"
#include "tests/fuzz/target.h"

const char fuzz_target_name[] = "ini";

static void check_key(const struct ini *ini, size_t i)
{
	const char *name = ini->names.items[i], *end = strchr(name, '\n');
	char *section CLEANUP_FREE = end ? strndup(name, (size_t)(end - name)) : NULL;

	PROMISE(section && ini_has_section(ini, section) && end[1] != '\0');
	PROMISE(ini_value(ini, section, end + 1) == ini->values.items[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ini ini CLEANUP_INI = { 0 };
	struct buf text CLEANUP_BUF = BUF_INIT(LIMIT_AUTHFILE);
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	buf_add(&text, data, len);
	if (text.failed)
		return 0;
	if (ini_parse(buf_str(&text), text.len, "the file", &ini, &err)) {
		PROMISE(err.klass == SCANREQ_E_UNREADABLE && strstr(err.message, "the file"));
		PROMISE(ini.names.count == 0 && ini.sections.count == 0);
		return 0;
	}
	PROMISE(ini.names.count == ini.values.count && ini.names.count <= LIMIT_INI_KEYS);
	for (size_t i = 0; i < ini.names.count; i++)
		check_key(&ini, i);
	return 0;
}
