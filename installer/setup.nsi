; The setup for one person: no administrator, no restart, and the copy that is there stays whole until the new one is.
;
; Exit codes, for whoever deploys it: 0 done, 32 the desk is running, 33 it is older than the copy that is there,
; 34 it could not be unpacked, 35 the old copy could not be moved away, 36 a copy for everybody is on this PC,
; 37 the folder holds something else.

Unicode true
!ifdef TARGET64
  Target amd64-unicode
!endif
!include LogicLib.nsh
!include WordFunc.nsh
!include FileFunc.nsh
!include MUI2.nsh

!define TITLE "PCC Desk"
!define PROGRAM "pcc-desk.exe"
!define KEY "Software\PCCDesk"
!define REMOVAL "Software\Microsoft\Windows\CurrentVersion\Uninstall\PCCDesk"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"

Name "${TITLE}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\PCC Desk"
InstallDirRegKey HKCU "${KEY}" "InstallDir"
RequestExecutionLevel user
ManifestDPIAware true
BrandingText "${TITLE} ${VERSION}"
!ifdef FAST
  SetCompressor zlib
  !ifdef LOOSE
    SetCompress off
  !endif
!else
  SetCompressor /SOLID lzma
!endif
VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=2057 "ProductName" "${TITLE}"
VIAddVersionKey /LANG=2057 "FileDescription" "${TITLE} setup"
VIAddVersionKey /LANG=2057 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=2057 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=2057 "CompanyName" "${PUBLISHER}"
VIAddVersionKey /LANG=2057 "LegalCopyright" "${PUBLISHER}, MIT licence"
!ifdef SIGN
  !finalize `${SIGN} "%1"` = 0
  !uninstfinalize `${SIGN} "%1"` = 0
!endif

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Var Waited

; Says why nothing was done, to a person or, when silent, by the exit code alone.
!macro Refuse CODE WORDS
  SetErrorLevel ${CODE}
  MessageBox MB_OK|MB_ICONEXCLAMATION "${WORDS}" /SD IDOK
  SetErrorLevel ${CODE}
  Quit
!macroend

; Goes on once the program's file can be written, which Windows forbids while the program runs.
!macro EnsureClosed UN
Function ${UN}EnsureClosed
  IfFileExists "$INSTDIR\${PROGRAM}" 0 closed
  StrCpy $Waited 0
  again:
    ClearErrors
    FileOpen $0 "$INSTDIR\${PROGRAM}" a
    IfErrors running
    FileClose $0
    Goto closed
  running:
    ${If} $Waited = 0
      DetailPrint "Asking PCC Desk to close"
      ; The desk saves what was typed and closes, unless something needs a person; this comes back when its program
      ; has ended. What may still hold the file then is a virus scanner, or a rehearsal, which is not asked.
      ExecWait '"$INSTDIR\${PROGRAM}" --quit'
    ${EndIf}
    IntOp $Waited $Waited + 1
    Sleep 500
    ${If} $Waited < 40
      Goto again
    ${EndIf}
    !insertmacro Refuse 32 "PCC Desk is open. Nothing was changed. Close PCC Desk, then start this setup again."
  closed:
FunctionEnd
!macroend
!insertmacro EnsureClosed ""
!insertmacro EnsureClosed "un."

Function .onInit
  SetRegView 64
  ReadRegStr $0 HKLM "${KEY}" "InstallDir"
  ${If} $0 != ""
    !insertmacro Refuse 36 "PCC Desk is on this PC already, for everybody who uses it. Nothing was changed. Start it from the Start menu."
  ${EndIf}
  ReadRegStr $0 HKCU "${REMOVAL}" "DisplayVersion"
  ${GetParameters} $1
  ClearErrors
  ${GetOptions} $1 "/ALLOWDOWNGRADE=" $2
  ${If} $0 != ""
  ${AndIf} $2 != "1"
    ${VersionCompare} "${VERSION}" "$0" $3
    ${If} $3 = 2
      !insertmacro Refuse 33 "A newer PCC Desk ($0) is on this PC. Nothing was changed. Start it from the Start menu."
    ${EndIf}
  ${EndIf}
FunctionEnd

; Puts the old copy where it was, whichever part of the swap could not be done.
Function PutBack
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}.old"
    Delete "$INSTDIR\${PROGRAM}"
    Rename "$INSTDIR\${PROGRAM}.old" "$INSTDIR\${PROGRAM}"
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\_internal.old\*.*"
    RMDir /r "$INSTDIR\_internal"
    Rename "$INSTDIR\_internal.old" "$INSTDIR\_internal"
  ${EndIf}
  RMDir /r "$INSTDIR\new"
FunctionEnd

; Reached when a file could not be written to its end, as on a full disk, which ends the unpacking where it stands.
; What was there has not been touched then: the swap comes after.
Function .onInstFailed
  SetOutPath "$TEMP"
  RMDir /r "$INSTDIR\new"
  SetErrorLevel 34
FunctionEnd

Section
  ; A folder that holds something and not PCC Desk was chosen by mistake: its contents are not ours to move.
  ${If} ${FileExists} "$INSTDIR\*.*"
  ${AndIfNot} ${FileExists} "$INSTDIR\${PROGRAM}"
  ${AndIfNot} ${FileExists} "$INSTDIR\new"
    ${DirState} "$INSTDIR" $0
    ${If} $0 = 1
      !insertmacro Refuse 37 "The folder $INSTDIR holds something else. Nothing was changed. Choose an empty folder."
    ${EndIf}
  ${EndIf}
  Call EnsureClosed

  ; A swap that a power cut ended halfway is undone first.
  ${IfNot} ${FileExists} "$INSTDIR\${PROGRAM}"
  ${OrIfNot} ${FileExists} "$INSTDIR\_internal\*.*"
    Call PutBack
  ${EndIf}
  RMDir /r "$INSTDIR\new"
  RMDir /r "$INSTDIR\_internal.old"
  Delete "$INSTDIR\${PROGRAM}.old"
  ${If} ${FileExists} "$INSTDIR\_internal.old\*.*"
  ${OrIf} ${FileExists} "$INSTDIR\${PROGRAM}.old"
    !insertmacro Refuse 35 "Something of an older PCC Desk is in use. Nothing was changed. Restart this PC, then try again."
  ${EndIf}
  SetOutPath "$INSTDIR\new"
  SetOverwrite on
  ClearErrors
  File /r "${DIST}/*"
  ${If} ${Errors}
    SetOutPath "$TEMP"
    RMDir /r "$INSTDIR\new"
    !insertmacro Refuse 34 "PCC Desk could not be unpacked. Nothing was changed. Check that the disk is not full, then try again."
  ${EndIf}
  SetOutPath "$TEMP"

  ClearErrors
  ${If} ${FileExists} "$INSTDIR\_internal\*.*"
    Rename "$INSTDIR\_internal" "$INSTDIR\_internal.old"
  ${EndIf}
  IfErrors refused
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
    Rename "$INSTDIR\${PROGRAM}" "$INSTDIR\${PROGRAM}.old"
  ${EndIf}
  IfErrors refused
  Rename "$INSTDIR\new\_internal" "$INSTDIR\_internal"
  Rename "$INSTDIR\new\${PROGRAM}" "$INSTDIR\${PROGRAM}"
  IfErrors refused swapped
  refused:
    Call PutBack
    !insertmacro Refuse 35 "The old PCC Desk is in use. Nothing was changed. Restart this PC, then try again."
  swapped:
  Delete "$INSTDIR\${PROGRAM}.old"
  RMDir /r "$INSTDIR\_internal.old"
  RMDir /r "$INSTDIR\new"

  CreateShortCut "$SMPROGRAMS\${TITLE}.lnk" "$INSTDIR\${PROGRAM}"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "${KEY}" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${REMOVAL}" "DisplayName" "${TITLE}"
  WriteRegStr HKCU "${REMOVAL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${REMOVAL}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${REMOVAL}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
  WriteRegStr HKCU "${REMOVAL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${REMOVAL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${REMOVAL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${REMOVAL}" "NoModify" 1
  WriteRegDWORD HKCU "${REMOVAL}" "NoRepair" 1
  WriteRegDWORD HKCU "${REMOVAL}" "EstimatedSize" ${KILOBYTES}
SectionEnd

Function un.onInit
  SetRegView 64
FunctionEnd

Section Uninstall
  Call un.EnsureClosed
  Delete "$SMPROGRAMS\${TITLE}.lnk"
  DeleteRegKey HKCU "${REMOVAL}"
  DeleteRegKey HKCU "${KEY}"
  DeleteRegValue HKCU "${RUN}" "${TITLE}"
  ; The office's own folder lies elsewhere and is kept, with everything the office wrote.
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${PROGRAM}"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
SectionEnd
