/*
 * Prints the completions of a shell, from the table of options. The results
 * are in the repository; "make completions" writes them anew, and a test
 * compares.
 *
 * usage: generate bash|zsh|fish
 */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "input/options.h"

typedef void option_fn(const struct option_spec *spec);

static void
each_option(option_fn *fn)
{
	const struct option_group *group;
	const struct option_spec *spec;

	for (group = option_groups; group->heading != NULL; group++)
		for (spec = group->options; spec->name != NULL; spec++)
			fn(spec);
}

/* The text inside single quotes, with the characters in escape escaped. */
static void
quoted(const char *s, const char *escape)
{
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			fputs("'\\'", stdout);
		else if (strchr(escape, *s) != NULL)
			putchar('\\');
		putchar(*s);
	}
}

static void
choices(const struct option_spec *spec)
{
	int i;

	for (i = 0; spec->choices[i] != NULL; i++)
		printf("%s%s", i > 0 ? " " : "", spec->choices[i]);
}

/* What a bash case branch is for. */
enum branch { BRANCH_FILE, BRANCH_PLAIN };

static enum branch branch;
static int alternatives;

/* "-o | --output | ..." of all options whose value is of the branch's kind. */
static void
bash_alternative(const struct option_spec *spec)
{
	const char *names[2] = {spec->name, spec->alias};
	int i;

	if (spec->value == NULL || spec->is_optional || spec->choices != NULL ||
	    spec->file != (branch == BRANCH_FILE))
		return;
	if (alternatives++ > 0)
		fputs(" |", stdout);
	fputs(alternatives > 1 && alternatives % 4 == 1 ? " \\\n    " : " ",
	    stdout);
	if (spec->letter != 0)
		printf("-%c | ", spec->letter);
	for (i = 0; i < 2 && names[i] != NULL; i++)
		printf("%s--%s", i > 0 ? " | " : "", names[i]);
}

static void
bash_branch(enum branch kind, const char *what)
{
	branch = kind;
	alternatives = 0;
	fputs("   ", stdout);
	each_option(bash_alternative);
	printf(")\n%s        return\n        ;;\n", what);
}

static void
bash_choice(const struct option_spec *spec)
{
	if (spec->choices == NULL)
		return;
	printf("    --%s)\n        mapfile -t COMPREPLY < <(compgen -W '",
	    spec->name);
	choices(spec);
	puts("' -- \"$word\")\n        return\n        ;;");
}

static void
bash_name(const struct option_spec *spec)
{
	if (spec->letter != 0)
		printf(" -%c", spec->letter);
	printf(" --%s", spec->name);
	if (spec->alias != NULL)
		printf(" --%s", spec->alias);
}

static void
bash(void)
{
	puts("# bash completion for coget(1); made by completions/generate\n"
	     "\n"
	     "_coget() {\n"
	     "    local word=${COMP_WORDS[COMP_CWORD]}\n"
	     "    local before=${COMP_WORDS[COMP_CWORD - 1]}\n"
	     "    COMPREPLY=()\n"
	     "    # --name=value comes as three words\n"
	     "    if [[ $word == = ]]; then\n"
	     "        word=\n"
	     "    elif [[ $before == = ]]; then\n"
	     "        before=${COMP_WORDS[COMP_CWORD - 2]}\n"
	     "    fi\n"
	     "    case $before in");
	each_option(bash_choice);
	bash_branch(BRANCH_FILE,
	    "        compopt -o filenames 2>/dev/null\n"
	    "        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n");
	bash_branch(BRANCH_PLAIN, "");
	fputs("    esac\n"
	      "    [[ $word == -* ]] || return\n"
	      "    mapfile -t COMPREPLY < <(compgen -W '",
	    stdout);
	each_option(bash_name);
	puts("' -- \"$word\")\n"
	     "}\n"
	     "complete -o default -F _coget coget");
}

/* "'--name=[help]:VALUE:action'": one word of _arguments. */
static void
zsh_word(const struct option_spec *spec, const char *name, char letter)
{
	if (name != NULL)
		printf("    '*--%s%s[", name,
		    spec->value == NULL	    ? ""
			: spec->is_optional ? "=-"
					    : "=");
	else
		printf("    '*-%c%s[", letter, spec->value != NULL ? "+" : "");
	quoted(spec->help, "[]\\:");
	putchar(']');
	if (spec->value != NULL) {
		fputs(spec->is_optional ? "::" : ":", stdout);
		quoted(spec->value, ":\\");
		putchar(':');
		if (spec->choices != NULL) {
			putchar('(');
			choices(spec);
			putchar(')');
		} else if (spec->file)
			fputs("_files", stdout);
		else
			putchar(' ');
	}
	puts("' \\");
}

static void
zsh_option(const struct option_spec *spec)
{
	if (spec->letter != 0)
		zsh_word(spec, NULL, spec->letter);
	zsh_word(spec, spec->name, 0);
	if (spec->alias != NULL)
		zsh_word(spec, spec->alias, 0);
}

static void
zsh(void)
{
	puts("#compdef coget\n"
	     "# zsh completion for coget(1); made by completions/generate\n"
	     "\n"
	     "_arguments -s -S \\");
	each_option(zsh_option);
	puts("    '*:target:_default'");
}

static void
fish_option(const struct option_spec *spec)
{
	fputs("complete -c coget", stdout);
	if (spec->letter != 0)
		printf(" -s '%c'", spec->letter); /* # begins a comment */
	printf(" -l %s", spec->name);
	if (spec->alias != NULL)
		printf(" -l %s", spec->alias);
	if (spec->choices != NULL) {
		fputs(" -x -a '", stdout);
		choices(spec);
		putchar('\'');
	} else if (spec->value != NULL)
		fputs(spec->is_optional ? (spec->file ? " -F" : "")
			: spec->file	? " -r -F"
					: " -x",
		    stdout);
	fputs(" -d '", stdout);
	quoted(spec->help, "\\'");
	puts("'");
}

static void
fish(void)
{
	puts("# fish completion for coget(1); made by completions/generate\n");
	each_option(fish_option);
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "bash") == 0)
		bash();
	else if (argc == 2 && strcmp(argv[1], "zsh") == 0)
		zsh();
	else if (argc == 2 && strcmp(argv[1], "fish") == 0)
		fish();
	else {
		fputs("usage: generate bash|zsh|fish\n", stderr);
		return 2;
	}
	return 0;
}
