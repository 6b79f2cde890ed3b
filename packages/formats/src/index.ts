export { EXPORT_FORMATS, type ExportedFile, type ExportFormat, exportModel } from "./export-model.ts";
export { type ImportedModel, importModel } from "./import/import-model.ts";
export { LAYOUTS, type Layout } from "./import/name-layers.ts";
export type { ImportSettings } from "./import/settings.ts";
export { type JsModule, toJsModule } from "./js/to-js-module.ts";
export { toNpz } from "./npz/write-npz.ts";
export { toOnnx } from "./onnx/to-onnx.ts";
export { toSafetensors } from "./safetensors/write-safetensors.ts";
