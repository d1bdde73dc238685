/* doveconf, run as a process of its own. */
#include "doveconf.h"
#include "array.h"
#include "fd-util.h"
#include "istream.h"
#include "master-service.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_LINE 65536

/* A service of Dovecot's gets the socket of its configuration instead of the file; beside that, in
   base_dir, Dovecot's master keeps a symbolic link to the file. */
static const char *config_path(void)
{
    const char *path = master_service_get_config_path(master_service);
    const char *name = strrchr(path, '/');
    struct stat st;

    if (name == NULL || stat(path, &st) < 0 || !S_ISSOCK(st.st_mode)) {
        return path;
    }
    return t_strconcat(t_strdup_until(path, name), "/dovecot.conf", NULL);
}

static const char *const *command(const char *protocol, const char *const *names)
{
    const char *const first[] = {
        KINAMO_DOVECONF, "-c", config_path(), "-f", t_strconcat("protocol=", protocol, NULL),
    };
    ARRAY_TYPE(const_string) args;

    t_array_init(&args, 16);
    array_append(&args, first, N_ELEMENTS(first));
    array_append(&args, names, str_array_length(names));
    array_append_zero(&args);
    return array_front(&args);
}

static void ATTR_NORETURN run(const char *const *args, int output)
{
    /* What a service of Dovecot's has in its environment would make doveconf one, too. */
    char *const environment[] = {(char[]){"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}, NULL};
    int input = open("/dev/null", O_RDONLY);

    if (input >= 0 && dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0) {
        (void)execve(args[0], (char *const *)p_strarray_dup(default_pool, args), environment);
    }
    _exit(127);
}

static const char *const *read_lines(int fd)
{
    struct istream *stream = i_stream_create_fd(fd, MAX_LINE);
    ARRAY_TYPE(const_string) lines;
    const char *line;

    t_array_init(&lines, 16);
    while ((line = i_stream_read_next_line(stream)) != NULL) {
        array_push_back(&lines, &(const char *){t_strdup(line + strspn(line, " "))});
    }
    i_stream_unref(&stream);
    array_append_zero(&lines);
    return array_front(&lines);
}

const char *const *kinamo_doveconf_ask(const char *protocol, const char *const *names,
                                       const char **error_r)
{
    const char *const *args = command(protocol, names);
    const char *const *lines;
    int fds[2];
    int status;
    pid_t pid;

    if (pipe(fds) < 0) {
        *error_r = t_strdup_printf("pipe() failed: %m");
        return NULL;
    }
    fd_close_on_exec(fds[0], TRUE);
    fd_close_on_exec(fds[1], TRUE);
    pid = fork();
    if (pid == 0) {
        run(args, fds[1]);
    }
    if (pid < 0) {
        *error_r = t_strdup_printf("fork() failed: %m");
        i_close_fd(&fds[0]);
        i_close_fd(&fds[1]);
        return NULL;
    }
    i_close_fd(&fds[1]);
    lines = read_lines(fds[0]);
    i_close_fd(&fds[0]);
    if (waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        *error_r = t_strdup_printf("\"%s\" failed: run it to see why", t_strarray_join(args, " "));
        return NULL;
    }
    return lines;
}
