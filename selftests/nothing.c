// SPDX-License-Identifier: GPL-2.0
/* A program that exits at once: without a library, as it is executed often */

int main(void)
{
	return 0;
}
