/* doveconf says what the pop3 service is configured to do. */
#include "lib.h"
#include "fd-util.h"
#include "istream.h"
#include "master-service.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugin/doveadm/doveadm-command.h"
#include "plugin/doveadm/pop3-delete-type.h"

#define MAX_LINE 1024

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

static void ATTR_NORETURN run_doveconf(int output)
{
    char *const args[] = {
        (char[]){"doveconf"},
        (char[]){"-c"},
        t_strdup_noconst(config_path()),
        (char[]){"-f"},
        (char[]){"protocol=pop3"},
        (char[]){"pop3_delete_type"},
        (char[]){"pop3_deleted_flag"},
        NULL,
    };
    /* What a service of Dovecot's has in its environment would make doveconf one, too. */
    char *const environment[] = {(char[]){"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}, NULL};
    int input = open("/dev/null", O_RDONLY);

    if (input >= 0 && dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0) {
        (void)execve(KINAMO_DOVECONF, args, environment);
    }
    _exit(127);
}

/* Lines are "name = value". Returns whether both settings were told. */
static bool read_answer(int fd, bool *by_flag_r)
{
    struct istream *stream = i_stream_create_fd(fd, MAX_LINE);
    bool has_type = FALSE;
    bool has_flag = FALSE;
    bool is_default = FALSE;
    bool is_flag = FALSE;
    bool marks = FALSE;
    const char *line;
    const char *value;

    while ((line = i_stream_read_next_line(stream)) != NULL) {
        value = strchr(line, '=');
        value = value == NULL ? "" : value + 1 + strspn(value + 1, " ");
        if (strncmp(line, "pop3_delete_type ", 17) == 0) {
            has_type = TRUE;
            is_flag = strcmp(value, "flag") == 0;
            is_default = strcmp(value, "default") == 0;
        } else if (strncmp(line, "pop3_deleted_flag ", 18) == 0) {
            has_flag = TRUE;
            marks = *value != '\0';
        }
    }
    i_stream_unref(&stream);
    *by_flag_r = is_flag || (is_default && marks);
    return has_type && has_flag;
}

static int ask_doveconf(bool *by_flag_r, const char **error_r)
{
    int fds[2];
    int status;
    bool answered;
    pid_t pid;

    if (pipe(fds) < 0) {
        *error_r = t_strdup_printf("pipe() failed: %m");
        return -1;
    }
    fd_close_on_exec(fds[0], TRUE);
    fd_close_on_exec(fds[1], TRUE);
    pid = fork();
    if (pid < 0) {
        *error_r = t_strdup_printf("fork() failed: %m");
        i_close_fd(&fds[0]);
        i_close_fd(&fds[1]);
        return -1;
    }
    if (pid == 0) {
        run_doveconf(fds[1]);
    }
    i_close_fd(&fds[1]);
    answered = read_answer(fds[0], by_flag_r);
    i_close_fd(&fds[0]);
    if (waitpid(pid, &status, 0) < 0) {
        *error_r = t_strdup_printf("waitpid() failed: %m");
        return -1;
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || !answered) {
        *error_r = t_strdup_printf("%s -c %s -f protocol=pop3 pop3_delete_type pop3_deleted_flag "
                                   "failed; run it to see why",
                                   KINAMO_DOVECONF, config_path());
        return -1;
    }
    return 0;
}

void kinamo_pop3_learn_delete_type(struct kinamo_doveadm *kctx)
{
    const char *error;

    if (ask_doveconf(&kctx->delete_by_flag, &error) < 0) {
        kctx->delete_by_flag = kctx->delete_type_unknown = TRUE;
        i_error("kinamo: kinamo_pop3_mode: enforce acts as observe, because pop3_delete_type is "
                "unknown: %s",
                error);
    } else if (kctx->delete_by_flag) {
        i_warning("kinamo: kinamo_pop3_mode: enforce acts as observe, because pop3_delete_type is "
                  "flag and the mail would stay visible over IMAP (set pop3_delete_type to "
                  "expunge)");
    }
}
