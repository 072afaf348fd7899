//! What a request may hold, to the letter: a body has the fields that are named and no other, and what stands in an
//! address or a header is there or is not, but never null.

use utoipa::Modify;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{AdditionalProperties, Schema, SchemaType, Type};
use utoipa::openapi::{OpenApi, Ref, RefOr};

use super::operations;

const SCHEMAS: &str = "#/components/schemas/";

pub struct Bodies;

impl Modify for Bodies {
    fn modify(&self, document: &mut OpenApi) {
        let mut names = Vec::new();
        for operation in document.paths.paths.values_mut().flat_map(operations) {
            present(operation);
            names.extend(body(operation));
        }
        let Some(components) = &mut document.components else { return };
        for name in names {
            if let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(&name) {
                object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
            }
        }
    }
}

/// A parameter that may be left out is not one that may be null.
fn present(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        if let Some(RefOr::T(Schema::Object(object))) = &mut parameter.schema
            && let SchemaType::Array(types) = &object.schema_type
        {
            let rest: Vec<Type> = types.iter().filter(|one| **one != Type::Null).cloned().collect();
            object.schema_type = match <[Type; 1]>::try_from(rest) {
                Ok([one]) => SchemaType::Type(one),
                Err(rest) => SchemaType::Array(rest),
            };
        }
    }
}

/// The name of the schema that the operation's body has. One that may be left out is not one that may be null.
fn body(operation: &mut Operation) -> Option<String> {
    let RefOr::T(body) = operation.request_body.as_mut()? else { return None };
    let RefOr::T(content) = body.content.get_mut("application/json")? else { return None };
    let place = match &content.schema {
        Some(RefOr::Ref(place)) => place.ref_location.clone(),
        Some(RefOr::T(Schema::OneOf(either))) => either.items.iter().find_map(|item| match item {
            RefOr::Ref(place) => Some(place.ref_location.clone()),
            RefOr::T(_) => None,
        })?,
        _ => return None,
    };
    content.schema = Some(RefOr::Ref(Ref::new(place.clone())));
    Some(place.strip_prefix(SCHEMAS)?.to_owned())
}
