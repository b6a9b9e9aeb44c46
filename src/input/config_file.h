/*
 * Configuration files in curl's syntax (curl's -K): an option a line, with or
 * without its dashes, then perhaps = or : and a value, "quoted" where it holds
 * white space. # begins a comment.
 */
#ifndef INPUT_CONFIG_FILE_H
#define INPUT_CONFIG_FILE_H

/*
 * One option: its name with the dashes before it, if any; value NULL: it has
 * none. Returns 0, or -1 and the cause (owned by the caller).
 */
typedef int config_option(
    void *arg, const char *name, const char *value, char **cause);

/*
 * Reads a file, "-" is stdin. Returns 0, or -1 and the cause (owned by the
 * caller), with the file and the line; -2 where the file cannot be read.
 */
int config_file_read(
    const char *name, config_option *option, void *arg, char **cause);

/*
 * The file that is read by default, $XDG_CONFIG_HOME/coget/config, where it
 * exists; the caller's to free. Else NULL.
 */
char *config_file_default(void);

#endif
