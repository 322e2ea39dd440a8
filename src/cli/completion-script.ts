/** The first word of a command line on which a shell asks what may follow. */
export const ASK = '--get-completions';

export const SHELLS = ['bash', 'zsh'] as const;

/**
 * What makes a shell ask. The first line of an answer says whether files are meant too; the words follow, each with a tab
 * and its explanation.
 */
export const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: `# Completion of provision for bash: source <(provision completion bash)
_provision_completion() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} line IFS=$'\\n'
  local -a answer words=() files=()
  mapfile -t answer < <(provision ${ASK} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  # bash makes words of the separators, but what is completed includes the @.
  [[ $current == '=' ]] && current=
  [[ $previous == '@' ]] && current=@$current
  for line in "\${answer[@]:1}"; do words+=("\${line%%$'\\t'*}"); done
  mapfile -t COMPREPLY < <(compgen -W "\${words[*]}" -- "$current")
  if [[ \${answer[0]} != files ]]; then
    compopt +o default
  elif [[ $current == @* ]]; then
    mapfile -t COMPREPLY < <(compgen -P @ -f -- "\${current#@}")
  elif [[ \${#COMPREPLY[@]} -gt 0 ]]; then
    mapfile -t files < <(compgen -f -- "$current")
    COMPREPLY+=("\${files[@]}")
    compopt -o filenames
  fi
  # Otherwise -o default makes readline complete files by itself.
}
complete -o default -F _provision_completion provision
`,
  zsh: `#compdef provision
# Completion of provision for zsh, after compinit: source <(provision completion zsh)
_provision() {
  local -a answer described
  local line
  answer=("\${(@f)$(provision ${ASK} "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${(@)answer[2,-1]}"; do
    described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  # The value of --option=value, and the file of -e @file.
  [[ $PREFIX == --*=* ]] && compset -P '*='
  (( \${#described} )) && _describe -o provision described
  if [[ \${answer[1]} == files ]]; then
    compset -P '@'
    _files
  fi
}
if [[ "\${zsh_eval_context[-1]}" == loadautofunc ]]; then
  _provision "$@"
else
  compdef _provision provision
fi
`,
};
