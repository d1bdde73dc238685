/* The client's TCP connection where another process holds it. */
#include "lib.h"
#include "net.h"
#include "mail-user.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "plugin/compat/host-ip.h"
#include "plugin/pop3/pop3-connection.h"

struct question {
    struct nlmsghdr header;
    struct inet_diag_req_v2 request;
};

union answer {
    struct nlmsghdr header;
    unsigned char buffer[1024];
};

static bool compose(const struct kinamo_pop3_connection *connection, struct question *question_r)
{
    const struct mail_user *user = connection->user;
    const struct kinamo_ip local = kinamo_host_ip(user->conn.local_ip);
    const struct kinamo_ip remote = kinamo_host_ip(user->conn.remote_ip);
    struct inet_diag_sockid *id = &question_r->request.id;

    if (local.length == 0 || local.length != remote.length) {
        return false;
    }
    *question_r = (struct question){
        .header = {.nlmsg_len = sizeof(*question_r),
                   .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                   .nlmsg_flags = NLM_F_REQUEST},
        .request = {.sdiag_family = local.length == 4 ? AF_INET : AF_INET6,
                    .sdiag_protocol = IPPROTO_TCP,
                    .idiag_states = UINT32_MAX,
                    .id = {.idiag_sport = htons(user->conn.local_port),
                           .idiag_dport = htons(user->conn.remote_port)}},
    };
    memcpy(id->idiag_cookie, connection->cookie, sizeof(id->idiag_cookie));
    memcpy(id->idiag_src, local.bytes, local.length);
    memcpy(id->idiag_dst, remote.bytes, remote.length);
    return true;
}

/* The kernel has answered when it has taken the question. */
static bool ask(int fd, const struct question *question, union answer *answer_r)
{
    ssize_t length;

    if (send(fd, question, sizeof(*question), 0) != (ssize_t)sizeof(*question)) {
        return false;
    }
    length = recv(fd, answer_r, sizeof(*answer_r), MSG_DONTWAIT);
    return length >= (ssize_t)NLMSG_LENGTH(sizeof(struct inet_diag_msg)) &&
           answer_r->header.nlmsg_type == SOCK_DIAG_BY_FAMILY;
}

void kinamo_pop3_connection_init(struct kinamo_pop3_connection *connection,
                                 const struct mail_user *user)
{
    *connection = (struct kinamo_pop3_connection){
        .user = user,
        .cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE},
    };
}

bool kinamo_pop3_connection_queue(struct kinamo_pop3_connection *connection, uint64_t *bytes_r)
{
    struct question question;
    union answer answer;
    bool found;
    int fd;

    if (!compose(connection, &question)) {
        return false;
    }
    fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd < 0) {
        return false;
    }
    found = ask(fd, &question, &answer);
    if (found) {
        const struct inet_diag_msg *message = NLMSG_DATA(&answer.header);

        /* Where there is no such connection, the kernel tells of who listens for one. */
        found = message->idiag_state != TCP_LISTEN;
        memcpy(connection->cookie, message->id.idiag_cookie, sizeof(connection->cookie));
        *bytes_r = message->idiag_wqueue;
    }
    i_close_fd(&fd);
    return found;
}
