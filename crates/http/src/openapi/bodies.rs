//! A body has the fields that its request names, and no other: the document says so of each.

use utoipa::Modify;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::schema::{AdditionalProperties, Schema};
use utoipa::openapi::{OpenApi, RefOr};

const SCHEMAS: &str = "#/components/schemas/";

pub struct Bodies;

impl Modify for Bodies {
    fn modify(&self, document: &mut OpenApi) {
        let names: Vec<String> = document.paths.paths.values().flat_map(bodies).collect();
        let Some(components) = &mut document.components else { return };
        for name in names {
            if let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(&name) {
                object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
            }
        }
    }
}

/// The names of the schemas that the address's requests take.
fn bodies(item: &PathItem) -> Vec<String> {
    [&item.get, &item.post, &item.put, &item.patch, &item.delete]
        .into_iter()
        .flatten()
        .filter_map(|operation| operation.request_body.as_ref())
        .filter_map(|body| serde_json::to_value(body).ok())
        .filter_map(|body| {
            let place = body.pointer("/content/application~1json/schema/$ref")?.as_str()?;
            Some(place.strip_prefix(SCHEMAS)?.to_owned())
        })
        .collect()
}
