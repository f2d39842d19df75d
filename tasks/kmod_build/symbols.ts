/**
 * What the module that ships with this program asks the kernel for: the functions that kmod/toa calls, under the names
 * that kernels from 2.6.32 on export them by, and what compilers and tracers add. A module that asks for anything else
 * was not made of that source.
 */
const FUNCTIONS = `
  register_kprobe unregister_kprobe register_kretprobe unregister_kretprobe register_module_notifier
  unregister_module_notifier nf_register_sockopt nf_unregister_sockopt
  printk _printk __warn_printk __dynamic_pr_debug
  kmem_cache_create kmem_cache_create_usercopy __kmem_cache_create_args kmem_cache_destroy kmem_cache_alloc
  kmem_cache_alloc_noprof kmem_cache_alloc_trace kmem_cache_alloc_notrace kmem_cache_free
  kfree vfree vmalloc vmalloc_noprof __vmalloc __vmalloc_noprof vzalloc vzalloc_noprof __kmalloc __kmalloc_noprof
  kmalloc_caches kmalloc_trace __kmalloc_cache_noprof __kmalloc_large_noprof __kmalloc_track_caller kstrdup
  kmalloc_order_trace kmalloc_large kvfree kvfree_call_rcu kmalloc_dma_caches malloc_sizes
  __alloc_percpu __alloc_percpu_gfp pcpu_alloc_noprof free_percpu
  memcmp memcpy __memcpy memmove __memmove memset __memset strcmp strlen strnlen strncmp strchr strsep strstr strcpy
  strlcpy strscpy sized_strscpy fortify_panic __fortify_panic __fortify_report
  sort snprintf sprintf scnprintf get_random_bytes
  mutex_lock mutex_unlock mutex_lock_nested __mutex_init mutex_lock_slowpath mutex_unlock_slowpath
  synchronize_rcu synchronize_sched synchronize_net call_rcu rcu_barrier rcu_read_lock_held debug_lockdep_rcu_enabled
  lockdep_is_held lockdep_rcu_suspicious lock_is_held lock_is_held_type lock_acquire lock_release lock_acquired
  __rcu_read_lock __rcu_read_unlock __rcu_read_unlock_strict rcu_lock_map lockdep_init_map lockdep_init_map_type
  preempt_schedule preempt_schedule_notrace preempt_schedule_thunk preempt_schedule_notrace_thunk __preempt_count
  preempt_count_add preempt_count_sub trace_hardirqs_on trace_hardirqs_off
  queue_work_on queue_work schedule_work cancel_work_sync flush_work flush_scheduled_work system_wq system_percpu_wq
  system_unbound_wq system_dfl_wq __init_work delayed_work_timer_fn
  proc_create proc_create_data create_proc_entry remove_proc_entry proc_net_fops_create proc_net_remove
  seq_lseek seq_printf seq_puts seq_putc seq_write seq_read seq_read_iter single_open single_release seq_open
  seq_release __seq_puts seq_open_private
  copy_from_user _copy_from_user __copy_from_user copy_to_user _copy_to_user __copy_to_user
  copy_user_generic_string copy_user_generic_unrolled copy_user_enhanced_fast_string rep_movs_alternative
  copy_from_user_overflow copy_to_user_overflow __copy_overflow __check_object_size check_object_size usercopy_abort
  __arch_copy_from_user __arch_copy_to_user validate_usercopy_range __copy_from_user_ll __might_fault might_fault
  __might_sleep __might_resched __get_user_2 __get_user_4 __get_user_8 __put_user_2 __put_user_4 __put_user_8
  __might_sleep_except __get_user_nocheck_4 __put_user_nocheck_4
  init_net jiffies jiffies_64 cpu_number cpu_info nr_cpu_ids __cpu_possible_mask cpu_possible_mask
  __per_cpu_offset __num_possible_cpus cpumask_next _find_next_bit find_next_bit this_cpu_off pcpu_hot
  const_pcpu_hot per_cpu__this_cpu_off per_cpu__cpu_number current_task per_cpu__current_task const_current_task
  param_ops_charp param_ops_uint param_ops_bool param_get_charp param_set_charp param_get_uint param_set_uint
  in4_pton in6_pton module_layout struct_module __this_module module_put try_module_get
  __stack_chk_fail __stack_chk_guard __fentry__ mcount _mcount ftrace_call __gnu_mcount_nc
  __x86_return_thunk __SCT__preempt_schedule __SCT__preempt_schedule_notrace __SCT__might_resched __SCT__cond_resched
  dynamic_might_resched dynamic_preempt_schedule dynamic_preempt_schedule_notrace _cond_resched __cond_resched
  __stack_chk_guard kernel_stack per_cpu__kernel_stack thread_info_base ZERO_SIZE_PTR
  warn_slowpath_null warn_slowpath_fmt __WARN_trap __SCK__WARN_trap __SCT__WARN_trap static_key_enable
  cpu_hwcaps cpu_hwcap_keys arm64_const_caps_ready system_cpucaps alternative_cb_patch gic_pmr_sync
  cpus_have_final_cap memstart_addr kimage_voffset arm64_use_ng_mappings alt_cb_patch_nops kasan_flag_enabled
  is_module_address irq_stat per_cpu__irq_stat hardirq_stacks_ptr local_bh_disable local_bh_enable __local_bh_enable_ip
  __local_bh_disable_ip register_net_sysctl unregister_net_sysctl_table __ref_stack_chk_guard random_kmalloc_seed
  mem_alloc_profiling_key __tracepoint_kmalloc _GLOBAL_OFFSET_TABLE_ fortify_memcpy_chk ex_handler_default
`
  .trim()
  .split(/\s+/);

/** What one family of names covers: locks in their variants, thunks by register, sanitizers' and tracers' calls. */
const FAMILIES: readonly RegExp[] = [
  /^_?_?_?raw_(spin|read|write)_(try)?(un)?lock(_bh|_irq|_irqsave|_irqrestore)?(_nested)?$/,
  /^_(spin|read|write)_(try)?(un)?lock(_bh|_irq|_irqsave|_irqrestore)?$/,
  /^(queued|native_queued|__pv_queued)_spin_lock_slowpath$|^ticket_spin_\w+$|^pv_lock_ops$|^pv_(irq|cpu|mmu|time)?_?ops$/,
  /^__x86_(indirect|return)_(thunk|call_thunk|jump_thunk|its_thunk)_\w+$|^(its|srso|retbleed)_return_thunk$/,
  /^__(asan|kasan|tsan|kcsan|kmsan|msan|ubsan|sanitizer)_\w+$/,
  /^__aarch64_(cas|swp|ldadd|ldclr|ldeor|ldset)\d+_(relax|acq|rel|acq_rel)$/,
  /^__gcov_\w+$|^__llvm_\w+$|^__cfi_\w+$|^__kcfi_typeid_\w+$/,
];

const KNOWN = new Set(FUNCTIONS);

/** True for a symbol of the kernel that the bundled module may ask for. */
export const isExpected = (name: string): boolean => KNOWN.has(name) || FAMILIES.some((family) => family.test(name));
