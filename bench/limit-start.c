/* SPDX-License-Identifier: MIT */
/* Does nothing, linked to the libraries of scanreq: the dynamic program cannot start faster. */
int main(void)
{
	return 0;
}
