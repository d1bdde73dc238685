/* The man in the middle: a process for each connection, which reads lines from both sides. */
#include "kinamo-config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/fault/fault.h"
#include "tests/fault/sasl-liar.h"

#define MAX_LINE    8192
#define MAX_SLOW_MS 4000 /* twice the deadline of the module in these tests */
#define MAX_LATE_US 1500

/* Instead of an answer, unless the truth follows. $ stands for the id of the request, ^ for one
   that was not asked. None of them is a proof. */
static const struct {
    const char *name, *text;
    bool truth_follows;
    bool first_of_two; /* only where a challenge is due */
} lies[] = {
    {"OK for another id", "OK\t^\tuser=jan@klant.example\n", false, false},
    {"OK without a user", "OK\t$\n", false, false},
    {"OK for two users", "OK\t$\tuser=jan@klant.example\tuser=eva@klant.example\n", false, false},
    {"OK for no address", "OK\t$\tuser=root\n", false, false},
    {"OK with a broken escape", "OK\t$\tuser=jan\001x@klant.example\n", false, false},
    {"OK with an id and more", "OK\t$0x\tuser=jan@klant.example\n", false, false},
    {"a challenge that is none", "CONT\t$\t!!!\n", false, false},
    {"an empty challenge", "CONT\t$\t\n", false, false},
    {"an unknown word", "WELCOME\t$\tuser=jan@klant.example\n", true, false},
    {"FAIL for another id", "FAIL\t^\tuser=jan@klant.example\n", true, false},
    {"lines that mean nothing", "\n\t\n\t\t$\nOK\n", false, false},
    {"OK before any proof", "OK\t$\tuser=jan@klant.example\n", false, true},
};

#define LIES ((unsigned int)(sizeof(lies) / sizeof(lies[0])))

/* In the greeting. */
static const char *const greetings[] = {
    "VERSION\t2\t0\n",
    "VERSION\tx\n",
    "OK\t1\tuser=jan@klant.example\nDONE\n",
    "DONE\n",
};

#define GREETINGS ((unsigned int)(sizeof(greetings) / sizeof(greetings[0])))

struct side {
    int fd;
    size_t length;
    char line[MAX_LINE];
};

struct middle {
    struct liar_plan *plan;
    const char *path, *replacement;
    struct side asker, auth;
    char id[16];
    bool challenged; /* the request is one for a challenge */
};

struct liar_plan *liar_plan_new(void)
{
    struct liar_plan *plan =
        mmap(NULL, sizeof(*plan), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    ck_assert_ptr_ne(plan, MAP_FAILED);
    return plan;
}

static unsigned int lie_of(const struct liar_plan *plan)
{
    unsigned int lie = plan->choice % LIES;

    return lies[lie].first_of_two && plan->step != LIAR_FIRST ? 0 : lie;
}

const char *liar_lie_name(const struct liar_plan *plan)
{
    return plan->deed != LIAR_LIE       ? ""
           : plan->step == LIAR_CONNECT ? greetings[plan->choice % GREETINGS]
                                        : lies[lie_of(plan)].name;
}

static void pause_us(unsigned int microseconds)
{
    struct timespec pause = {.tv_sec = microseconds / 1000000,
                             .tv_nsec = (long)(microseconds % 1000000) * 1000};

    (void)nanosleep(&pause, NULL);
}

static void send_text(int fd, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(fd, text, length, MSG_NOSIGNAL);

        if (sent <= 0) {
            return;
        }
        text += sent;
        length -= (size_t)sent;
    }
}

static void tell_lie(struct middle *middle, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '$' || *text == '^') {
            send_text(middle->asker.fd, "9", *text == '^');
            send_text(middle->asker.fd, middle->id, strlen(middle->id));
        } else {
            send_text(middle->asker.fd, text, 1);
        }
    }
}

/* Returns whether what is due goes on as if nothing had been. */
static bool tell(struct middle *middle)
{
    const struct liar_plan *plan = middle->plan;
    unsigned int number = lie_of(plan);

    if (plan->step == LIAR_CONNECT) {
        tell_lie(middle, greetings[plan->choice % GREETINGS]);
        return false;
    }
    if (lies[number].first_of_two && !middle->challenged) {
        number = 0;
    }
    tell_lie(middle, lies[number].text);
    return lies[number].truth_follows;
}

static bool replace(struct middle *middle)
{
    (void)rename(middle->replacement, middle->path);
    _exit(EXIT_SUCCESS);
}

/* The same return value. */
static bool do_harm(struct middle *middle)
{
    struct liar_plan *plan = middle->plan;

    plan->done = true;
    switch (plan->deed) {
    case LIAR_SIGNAL:
        (void)kill(plan->auth, plan->signal);
        return true;
    case LIAR_SLOW:
        pause_us(plan->choice % MAX_SLOW_MS * 1000);
        return true;
    case LIAR_HALF:
        tell_lie(middle, plan->step == LIAR_CONNECT ? "VERS" : "OK\t$\tuser=jan@klant.example");
        _exit(EXIT_SUCCESS);
    case LIAR_CLOSE:
        _exit(EXIT_SUCCESS);
    case LIAR_LIE:
        return tell(middle);
    case LIAR_REPLACE:
        return replace(middle);
    case LIAR_HONEST:
    case LIAR_KILL_ASKER:
        break;
    }
    return true;
}

static bool is_due(const struct liar_plan *plan, enum liar_step step)
{
    return plan->deed != LIAR_HONEST && plan->deed != LIAR_KILL_ASKER && !plan->done &&
           plan->step == step;
}

static void note_request(struct middle *middle, const char *line)
{
    const char *id = line + strcspn(line, "\t");

    id += *id == '\t';
    (void)snprintf(middle->id, sizeof(middle->id), "%.*s", (int)strcspn(id, "\t\n"), id);
    middle->challenged = strstr(line, "resp=") == NULL && strncmp(line, "AUTH", 4) == 0;
}

static void pass_request(struct middle *middle)
{
    struct side *asker = &middle->asker;
    bool first = strncmp(asker->line, "AUTH\t", 5) == 0;
    bool second = strncmp(asker->line, "CONT\t", 5) == 0;

    if (first || second) {
        note_request(middle, asker->line);
    }
    if ((first && is_due(middle->plan, LIAR_FIRST)) ||
        (second && is_due(middle->plan, LIAR_SECOND))) {
        if (!do_harm(middle)) {
            return;
        }
    }
    send_text(middle->auth.fd, asker->line, asker->length);
}

static void kill_asker(struct middle *middle)
{
    struct ucred peer;
    socklen_t size = sizeof(peer);

    if (getsockopt(middle->asker.fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0) {
        pause_us(middle->plan->choice % MAX_LATE_US);
        middle->plan->done = kill(peer.pid, SIGKILL) == 0;
    }
}

static void pass_reply(struct middle *middle)
{
    const struct side *auth = &middle->auth;
    bool final = strncmp(auth->line, "OK\t", 3) == 0 || strncmp(auth->line, "FAIL\t", 5) == 0;

    send_text(middle->asker.fd, auth->line, auth->length);
    if (final && middle->plan->deed == LIAR_KILL_ASKER && !middle->plan->done) {
        kill_asker(middle);
    }
}

/* Ends the process when a side has closed. */
static void read_some(struct side *side, struct middle *middle, void (*pass)(struct middle *middle))
{
    char byte;

    do {
        if (recv(side->fd, &byte, 1, 0) != 1) {
            _exit(EXIT_SUCCESS);
        }
        side->line[side->length++] = byte;
        if (byte == '\n' || side->length == sizeof(side->line) - 1) {
            side->line[side->length] = '\0';
            pass(middle);
            side->length = 0;
            return;
        }
    } while (true);
}

static int connect_real(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
        _exit(EXIT_SUCCESS);
    }
    return fd;
}

static void stand_between(struct middle *middle, const char *real)
{
    (void)snprintf(middle->id, sizeof(middle->id), "1");
    if (is_due(middle->plan, LIAR_CONNECT) && !do_harm(middle)) {
        pause_us(MAX_SLOW_MS * 1000);
        _exit(EXIT_SUCCESS);
    }
    middle->auth.fd = connect_real(real);
    for (;;) {
        struct pollfd fds[] = {{.fd = middle->asker.fd, .events = POLLIN},
                               {.fd = middle->auth.fd, .events = POLLIN}};

        if (poll(fds, 2, -1) < 0) {
            _exit(EXIT_FAILURE);
        }
        if (fds[0].revents != 0) {
            read_some(&middle->asker, middle, pass_request);
        }
        if (fds[1].revents != 0) {
            read_some(&middle->auth, middle, pass_reply);
        }
    }
}

static void listen_on(int listener, struct middle *middle, const char *real)
{
    (void)signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int fd = accept(listener, NULL, NULL);

        if (fd < 0) {
            _exit(EXIT_FAILURE);
        }
        if (fork() == 0) {
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
            middle->asker.fd = fd;
            stand_between(middle, real);
        }
        (void)close(fd);
    }
}

pid_t liar_start(const char *path, const char *real, const char *replacement,
                 struct liar_plan *plan)
{
    static struct middle middle;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pid_t pid;

    middle.plan = plan;
    middle.path = path;
    middle.replacement = replacement;
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    (void)unlink(path);
    ck_assert_int_eq(bind(listener, (const struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_eq(listen(listener, 16), 0);
    ck_assert_int_eq(chmod(path, 0666), 0);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        (void)setpgid(0, 0);
        listen_on(listener, &middle, real);
    }
    (void)setpgid(pid, pid);
    (void)close(listener);
    return pid;
}

void liar_stop(pid_t liar)
{
    (void)kill(-liar, SIGKILL);
    (void)waitpid(liar, NULL, 0);
}
