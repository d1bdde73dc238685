/* Telling the user in the IMAP session that the mailbox is getting full. */
#ifndef KINAMO_IMAP_ALERT_H
#define KINAMO_IMAP_ALERT_H

struct client;

/* Hook a session whose user's quota is looked at; nothing for the others. */
void kinamo_imap_alert_hook(struct client *client);

#endif
