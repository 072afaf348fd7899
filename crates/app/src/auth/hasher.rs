//! argon2id, in memory that is kept from one hash to the next.
//!
//! Each hash takes 19 MiB. Given back to the allocator, such a block stays in whichever arena its thread had, and a flood
//! of sign-ins leaves gigabytes behind. So a block is made when none is free and never let go: there are as many as
//! hashes have run at once, which [`super::password::PasswordSettings::max_hashing`] bounds.

use std::sync::{Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{Error, Result};
use argon2::{Algorithm, Argon2, Block, Params, Version};

#[derive(Debug)]
pub struct Hasher {
    params: Params,
    free: Mutex<Vec<Memory>>,
}

type Memory = Vec<Block>;

impl Hasher {
    pub const fn new(params: Params) -> Self {
        Self { params, free: Mutex::new(Vec::new()) }
    }

    /// As a PHC string.
    pub fn hash(&self, password: &[u8], salt: &[u8]) -> Result<String> {
        let salt = Salt::new(salt)?;
        let algorithm = Algorithm::Argon2id;
        let hash = PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&self.params)?,
            hash: Some(self.output(algorithm, Version::V0x13, &self.params, password, &salt)?),
            salt: Some(salt),
        };
        Ok(hash.to_string())
    }

    /// Whether the password is the one of the PHC string, by whatever parameters that has.
    pub fn is_of(&self, password: &[u8], hash: &str) -> Result<bool> {
        let hash = PasswordHash::new(hash)?;
        let (Some(salt), Some(expected)) = (hash.salt, hash.hash) else { return Err(Error::EncodingInvalid) };
        let algorithm = Algorithm::try_from(hash.algorithm.as_str())?;
        let version = hash.version.map(Version::try_from).transpose()?.unwrap_or_default();
        let params = Params::try_from(&hash)?;
        // The comparison takes the same time wherever they differ.
        Ok(self.output(algorithm, version, &params, password, &salt)? == expected)
    }

    fn output(
        &self,
        algorithm: Algorithm,
        version: Version,
        params: &Params,
        password: &[u8],
        salt: &[u8],
    ) -> Result<Output> {
        let argon2 = Argon2::new(algorithm, version, params.clone());
        let mut output = [0; Output::MAX_LENGTH];
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let output = output.get_mut(..length).ok_or(Error::OutputSize)?;
        let mut memory = self.take(params.block_count());
        let hashed = argon2.hash_password_into_with_memory(password, salt, output, &mut memory[..]);
        self.give_back(memory);
        hashed?;
        Ok(Output::new(output)?)
    }

    fn take(&self, blocks: usize) -> Memory {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        // A hash of before may have been made with more or less.
        let mut memory = free.unwrap_or_default();
        memory.resize(blocks, Block::default());
        memory
    }

    fn give_back(&self, memory: Memory) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
    }

    #[cfg(test)]
    pub fn kept(&self) -> usize {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

#[cfg(test)]
mod tests {
    use argon2::PasswordHasher as _;

    use super::*;

    const PASSWORD: &[u8] = b"correct horse battery";
    const SALT: [u8; 16] = [7; 16];

    fn hasher() -> Hasher {
        Hasher::new(Params::new(64, 2, 1, None).unwrap())
    }

    #[test]
    fn it_is_the_hash_that_the_library_makes_however_often_its_memory_was_used() {
        let hasher = hasher();
        let library = Argon2::new(Algorithm::Argon2id, Version::V0x13, hasher.params.clone());
        let expected: PasswordHash = library.hash_password_with_salt(PASSWORD, &SALT).unwrap();
        for _ in 0..3 {
            assert_eq!(hasher.hash(PASSWORD, &SALT).unwrap(), expected.to_string());
            assert!(hasher.is_of(PASSWORD, &expected.to_string()).unwrap());
            assert!(!hasher.is_of(b"another", &expected.to_string()).unwrap());
        }
        assert_eq!(hasher.kept(), 1, "one at a time needs one piece of memory");
    }

    #[test]
    fn a_hash_of_other_parameters_is_compared_by_those() {
        let hasher = hasher();
        for memory_kib in [16, 128, 64] {
            let old =
                Hasher::new(Params::new(memory_kib, 1, 1, None).unwrap()).hash(PASSWORD, &SALT).unwrap();
            assert!(hasher.is_of(PASSWORD, &old).unwrap());
            assert!(!hasher.is_of(b"another", &old).unwrap());
        }
        assert!(hasher.is_of(PASSWORD, "no hash").is_err());
    }
}
