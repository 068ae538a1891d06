//! CPR numbers under seal.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use hmac::{Hmac, Mac};
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::Sha256;
use std::fmt;
use timeline::{CitizenId, Cpr};
use zeroize::Zeroizing;

/// Why a CPR number cannot be sealed or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// No key was given.
    #[error(
        "no key for CPR numbers; set cpr_key_file (or TRAEDESTEN_CPR_KEY_FILE) to a file with 64 hexadecimal digits"
    )]
    NoKey,
    /// The key has the wrong shape.
    #[error("the key for CPR numbers must be 64 hexadecimal digits (32 bytes); make one with: openssl rand -hex 32")]
    BadKey,
    /// The key does not open it.
    #[error("a CPR number cannot be opened with this key; is it the key the registry was made with?")]
    WrongKey,
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    NoChance,
}

/// Seals CPR numbers with AES-256-GCM, bound to the case, and finds them again by a keyed hash.
#[derive(Clone)]
pub struct Vault(Option<Keys>);

#[derive(Clone)]
struct Keys {
    seal: Zeroizing<[u8; 32]>,
    lookup: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Vault(key set)" } else { "Vault(no key)" })
    }
}

fn keyed(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    SysRng.try_fill_bytes(&mut bytes).map_err(|_| VaultError::NoChance)?;
    Ok(bytes)
}

impl Vault {
    /// Without a key nothing can be sealed or opened, and everything else works.
    pub fn closed() -> Self {
        Self(None)
    }

    /// With the key written as 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`VaultError::BadKey`].
    pub fn with_key(hex: &str) -> Result<Self, VaultError> {
        let hex = hex.trim();
        let digits = hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit());
        let byte = |i: usize| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).ok();
        let mut master = Zeroizing::new([0u8; 32]);
        for i in 0..32 {
            master[i] = digits.then(|| byte(i)).flatten().ok_or(VaultError::BadKey)?;
        }
        Ok(Self(Some(Keys {
            seal: Zeroizing::new(keyed(&*master, b"traedesten cpr seal 1")),
            lookup: Zeroizing::new(keyed(&*master, b"traedesten cpr lookup 1")),
        })))
    }

    /// A fresh key as 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`VaultError::NoChance`].
    pub fn new_key() -> Result<String, VaultError> {
        Ok(random::<32>()?.iter().map(|b| format!("{b:02x}")).collect())
    }

    /// A fresh opaque citizen id.
    ///
    /// # Errors
    /// [`VaultError::NoChance`].
    pub fn new_citizen_id() -> Result<CitizenId, VaultError> {
        Ok(CitizenId(u64::from_be_bytes(random()?)))
    }

    fn keys(&self) -> Result<&Keys, VaultError> {
        self.0.as_ref().ok_or(VaultError::NoKey)
    }

    /// Seal for one case: nonce and ciphertext.
    pub(crate) fn seal(&self, citizen: CitizenId, cpr: Cpr) -> Result<Vec<u8>, VaultError> {
        let cipher = Aes256Gcm::new_from_slice(&*self.keys()?.seal).map_err(|_| VaultError::BadKey)?;
        let nonce = random::<12>()?;
        let plain = Zeroizing::new(cpr.reveal());
        let payload = Payload { msg: plain.as_bytes(), aad: &citizen.0.to_be_bytes() };
        let sealed = cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| VaultError::BadKey)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Open what was sealed for that case.
    pub(crate) fn open(&self, citizen: CitizenId, sealed: &[u8]) -> Result<Cpr, VaultError> {
        let cipher = Aes256Gcm::new_from_slice(&*self.keys()?.seal).map_err(|_| VaultError::BadKey)?;
        let (nonce, text) = sealed.split_first_chunk::<12>().ok_or(VaultError::WrongKey)?;
        let payload = Payload { msg: text, aad: &citizen.0.to_be_bytes() };
        let plain = Zeroizing::new(cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| VaultError::WrongKey)?);
        std::str::from_utf8(&plain).ok().and_then(|t| t.parse().ok()).ok_or(VaultError::WrongKey)
    }

    /// What finds the number again without opening any.
    pub(crate) fn lookup(&self, cpr: Cpr) -> Result<Vec<u8>, VaultError> {
        let plain = Zeroizing::new(cpr.reveal());
        Ok(keyed(&*self.keys()?.lookup, plain.as_bytes()).to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_number_opens_only_for_its_own_case_and_key() {
        let vault = Vault::with_key(&"1f".repeat(32)).unwrap();
        let cpr: Cpr = "070761-4285".parse().unwrap();
        let sealed = vault.seal(CitizenId(1), cpr).unwrap();
        assert_eq!(vault.open(CitizenId(1), &sealed).unwrap(), cpr);
        assert_eq!(vault.open(CitizenId(2), &sealed), Err(VaultError::WrongKey), "moved to another case");
        let other = Vault::with_key(&"2f".repeat(32)).unwrap();
        assert_eq!(other.open(CitizenId(1), &sealed), Err(VaultError::WrongKey));
        assert_ne!(sealed, vault.seal(CitizenId(1), cpr).unwrap(), "a fresh nonce each time");
        assert_eq!(Vault::closed().seal(CitizenId(1), cpr), Err(VaultError::NoKey));
        assert!(Vault::with_key("kort").is_err());
    }
}
