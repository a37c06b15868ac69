# The exporters: a package beside the data of the program, and a script that finds it there.
exportdir = $(pkgdatadir)/python
exportpackagedir = $(exportdir)/halfstep_export
dist_exportpackage_DATA = \
  %D%/halfstep_export/__init__.py \
  %D%/halfstep_export/arrays.py \
  %D%/halfstep_export/back.py \
  %D%/halfstep_export/builder.py \
  %D%/halfstep_export/cli.py \
  %D%/halfstep_export/files.py \
  %D%/halfstep_export/onnx_dump.py \
  %D%/halfstep_export/onnx_graph.py \
  %D%/halfstep_export/onnx_ops.py \
  %D%/halfstep_export/terms.py \
  %D%/halfstep_export/torch_batches.py \
  %D%/halfstep_export/torch_dump.py \
  %D%/halfstep_export/torch_functions.py \
  %D%/halfstep_export/torch_graph.py \
  %D%/halfstep_export/torch_modules.py \
  %D%/halfstep_export/writer.py
dist_export_DATA = %D%/pyproject.toml
bin_SCRIPTS = %D%/halfstep-export
EXTRA_DIST += %D%/halfstep-export.in
CLEANFILES += %D%/halfstep-export

%D%/halfstep-export: %D%/halfstep-export.in Makefile
	$(AM_V_GEN)$(MKDIR_P) %D% && sed 's|@exportdir[@]|$(exportdir)|' $(srcdir)/%D%/halfstep-export.in >$@.tmp && chmod +x $@.tmp && mv $@.tmp $@
