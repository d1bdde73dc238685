/* The English templates as they are shipped; a unit test compares them with the files. */
#include <string.h>

#include "kinamo/template-english.h"

/* clang-format off */
static const struct {
    const char *notice, *text;
} templates[] = {
    {"quota-storage",
     "# Warning: the storage of the mailbox is nearly used up. Fields, an empty line, the message (UTF-8).\n"
     "# Variables: user domain root percent threshold used limit, and in the message trash junk folders pop3.\n"
     "# Alert and Overquota are shown in an IMAP session. Write a percent sign as %%.\n"
     "Decimal-Mark: .\n"
     "Size-Unit: B\n"
     "Subject: Your mailbox is %{percent}%% full\n"
     "Alert: Your mailbox is %{percent}%% full (%{used} of %{limit}). Delete messages you no longer need and empty the trash.\n"
     "Overquota: Your mailbox is full (%{used} of %{limit}): new messages may be refused.\n"
     "Pop3: Each check for mail over POP3 removes the messages that it downloads from the server.\n"
     "Pop3-Days: Messages that you download over POP3 are removed from the server %{days} days later.\n"
     "\n"
     "Hello,\n"
     "\n"
     "Your mailbox %{user} is %{percent}%% full: %{used} of %{limit} is in use.\n"
     "When it is full, new messages are refused and go back to their senders.\n"
     "\n"
     "Where the storage lies:\n"
     "  Trash: %{trash}\n"
     "  Junk: %{junk}\n"
     "The largest other folders:\n"
     "%{folders}\n"
     "\n"
     "What you can do:\n"
     "- Empty the trash and the junk folder.\n"
     "- Delete messages that you no longer need, large attachments first, and\n"
     "  then empty the trash: deleted messages count until the trash is emptied.\n"
     "%{pop3}\n"
     "\n"
     "This message was sent automatically by the mail servers of %{domain}.\n"},
    {"quota-message",
     "# Warning: the mailbox nearly holds as many messages as it may. Fields, an empty line, the message.\n"
     "# Variables: user domain root percent threshold used limit, and in the message trash junk folders pop3.\n"
     "# Alert and Overquota are shown in an IMAP session. Write a percent sign as %%.\n"
     "Subject: Your mailbox is %{percent}%% full\n"
     "Alert: Your mailbox holds %{used} of at most %{limit} messages. Delete messages you no longer need and empty the trash.\n"
     "Overquota: Your mailbox is full (%{used} of %{limit} messages): new messages may be refused.\n"
     "Pop3: Each check for mail over POP3 removes the messages that it downloads from the server.\n"
     "Pop3-Days: Messages that you download over POP3 are removed from the server %{days} days later.\n"
     "\n"
     "Hello,\n"
     "\n"
     "Your mailbox %{user} is %{percent}%% full: it holds %{used} of at most\n"
     "%{limit} messages. When it is full, new messages are refused and go back\n"
     "to their senders.\n"
     "\n"
     "Where the messages lie:\n"
     "  Trash: %{trash}\n"
     "  Junk: %{junk}\n"
     "The largest other folders:\n"
     "%{folders}\n"
     "\n"
     "What you can do:\n"
     "- Empty the trash and the junk folder.\n"
     "- Delete messages that you no longer need and then empty the trash:\n"
     "  deleted messages count until the trash is emptied.\n"
     "%{pop3}\n"
     "\n"
     "This message was sent automatically by the mail servers of %{domain}.\n"},
    {"pop3-removal",
     "# Notice: POP3 will remove what it downloads. Fields, an empty line, the message (UTF-8).\n"
     "# Variables: user domain days. Write a percent sign as %%.\n"
     "Subject: Your mail over POP3 will be removed from the server\n"
     "Alert: Messages that you download over POP3 will be removed from the server.\n"
     "\n"
     "Hello,\n"
     "\n"
     "You read the mailbox %{user} over POP3. Soon, messages that a device\n"
     "downloads over POP3 will be removed from the server (days that they stay: %{days}).\n"
     "A second device then finds them no longer.\n"
     "\n"
     "What you can do:\n"
     "- Set your mail program to IMAP if you use more than one device: the\n"
     "  messages then stay on the server and are the same on each device.\n"
     "- Leave POP3 as it is if you use one device only.\n"
     "\n"
     "This message was sent automatically by the mail servers of %{domain}.\n"},
    {"tls-required",
     "# Notice: connections without TLS will be refused. Fields, an empty line, the message (UTF-8).\n"
     "# Variables: user domain protocol. Write a percent sign as %%.\n"
     "Subject: Your mail program connects without encryption\n"
     "Alert: This connection is not encrypted. Turn on SSL/TLS in your mail program: it will soon be required.\n"
     "\n"
     "Hello,\n"
     "\n"
     "A mail program of yours read the mailbox %{user} over %{protocol} without\n"
     "encryption, so that your password could be overheard. Soon such\n"
     "connections will be refused.\n"
     "\n"
     "What you can do, in the account settings of your mail program:\n"
     "- IMAP: port 993 with SSL/TLS.\n"
     "- POP3: port 995 with SSL/TLS.\n"
     "- Outgoing mail: port 587 with STARTTLS.\n"
     "\n"
     "This message was sent automatically by the mail servers of %{domain}.\n"},
};
/* clang-format on */

const char *kinamo_template_english(const char *notice)
{
    for (size_t i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
        if (strcmp(templates[i].notice, notice) == 0) {
            return templates[i].text;
        }
    }
    return NULL;
}
