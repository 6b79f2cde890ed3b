export { EXPORT_FORMATS, type ExportedFile, type ExportFormat, exportModel } from "./export-model.ts";
