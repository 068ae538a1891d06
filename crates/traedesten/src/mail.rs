//! Mail through SMTP.

use crate::failure::Failure;
use lettre::message::{Mailbox, MultiPart};
use lettre::{Message, SmtpTransport, Transport};

/// A text in two forms, to whom, and from whom.
pub(crate) struct Mail<'a> {
    pub from: &'a str,
    pub to: &'a [String],
    pub subject: &'a str,
    pub text: String,
    pub html: String,
}

/// Somebody's address, or a fault that says whose is none.
fn mailbox(option: &str, address: &str) -> Result<Mailbox, Failure> {
    address.trim().parse().map_err(|_| {
        Failure::usage(
            format!("{option} »{address}« er ingen mailadresse; skriv navn@sted.dk"),
            format!("{option} \"{address}\" is no mail address; write name@place.dk"),
        )
    })
}

impl Mail<'_> {
    /// The message, in plain text and HTML.
    fn message(&self) -> Result<Message, Failure> {
        let mut message = Message::builder().from(mailbox("--from", self.from)?).subject(self.subject);
        for to in self.to {
            message = message.to(mailbox("--to", to)?);
        }
        let both = MultiPart::alternative_plain_html(self.text.clone(), self.html.clone());
        message.multipart(both).map_err(|e| Failure::surroundings(e.to_string()))
    }

    /// Send it.
    ///
    /// # Errors
    /// An address that is none, a server that would be reached without encryption outside this machine, or one that does not
    /// take it. The server's address is not repeated: it may hold a password.
    pub(crate) fn send(&self, server: &str) -> Result<(), Failure> {
        let message = self.message()?;
        if !encrypted_or_here(server) {
            return Err(Failure::usage(
                "smtp_url: uden kryptering sendes kun til denne maskine; skriv smtps://… eller smtp://…?tls=required",
                "smtp_url: without encryption mail goes only to this machine; write smtps://… or smtp://…?tls=required",
            ));
        }
        let transport = SmtpTransport::from_url(server).map_err(|_| {
            Failure::usage(
                "smtp_url er ingen SMTP-adresse; skriv smtps://bruger:kode@vært",
                "smtp_url is no SMTP address; write smtps://user:password@host",
            )
        })?;
        transport.build().send(&message).map_err(|e| {
            Failure::Surroundings(format!("Mailen kom ikke afsted: {e}"), format!("The mail was not sent: {e}"))
        })?;
        Ok(())
    }
}

fn encrypted_or_here(server: &str) -> bool {
    let Ok(url) = url::Url::parse(server) else { return false };
    let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let required = url.query_pairs().any(|(key, value)| key == "tls" && value == "required");
    url.scheme() == "smtps" || here || required
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_encryption_only_to_this_machine() {
        for good in
            ["smtps://u:p@mail.dk", "smtp://mail.dk:587?tls=required", "smtp://127.0.0.1:2525", "smtp://localhost"]
        {
            assert!(encrypted_or_here(good), "{good}");
        }
        for bad in
            ["smtp://mail.dk", "smtp://u:p@mail.dk:25", "smtp://localhost@mail.dk", "smtp://mail.dk?tls=opportunistic"]
        {
            assert!(!encrypted_or_here(bad), "{bad}");
        }
    }
}
