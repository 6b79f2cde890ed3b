export { EXPORT_FORMATS, type ExportedFile, type ExportFormat, exportModel } from "./export-model.ts";
export { toOnnx } from "./onnx/to-onnx.ts";
